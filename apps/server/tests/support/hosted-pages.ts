import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { changeContact, requestContact } from './contact-changes.ts'
import { password } from './password.ts'
import { newPerson } from './people.ts'
import { makeAdministrator } from './roles.ts'
import { linkTokenSentTo } from './sent-codes.ts'
import type { TestServer } from './test-server.ts'
import { undoTokenSentTo } from './undo.ts'

/** The addresses of the pages that anyone can open without an account. */
export const publicPages = [
  '/sign-in',
  '/sign-in?way=secret',
  '/sign-in/code',
  '/sign-in/link?token=pxl_unknown',
  '/sign-out',
  '/sign-up',
  '/restore',
  '/restore?way=secret',
  '/recover',
  '/recover?token=pxl_unknown',
  '/recover/cancel?token=pxl_unknown',
  '/recover/factor?token=pxl_unknown',
  '/not-me?token=pxl_unknown',
  '/verify?token=pxl_unknown',
  '/verify/change?token=pxl_unknown',
  '/undo?token=pxl_unknown',
  '/invitation?token=pxl_unknown',
  '/setup?token=pxl_unknown',
] as const

/** The addresses of links that work, each of a message to someone else. */
export async function linksOf(server: TestServer): Promise<ReadonlyMap<string, string>> {
  const { client } = server
  const [recovering, waiting] = ['amina@example.com', 'baraka@example.com']
  for (const each of [recovering, waiting]) await client.register({ email: each, password })
  await client.post('/v1/auth/recovery', { identifier: recovering })
  const login = await client.login({ identifier: recovering, password })
  const token: string = login.body.access_token
  await requestContact(client, token, { email: 'next@example.com' })
  const former = await newPerson(client)
  for (const each of ['former@example.com', 'latter@example.com'])
    await changeContact(client, former.token, { email: each })
  await makeAdministrator(server, login.body.user.id as AccountId)
  await client.post('/v1/users', { email: 'invited@example.com', invite: true }, { token })
  const address = async (path: string, to: string) => `${path}?token=${await linkTokenSentTo(client, to)}`
  return new Map([
    ['the link of a registration', await address('/verify', waiting)],
    ['the link of a recovery', await address('/recover', recovering)],
    ['the link of a new address', await address('/verify/change', 'next@example.com')],
    ['the link that undoes a change', `/undo?token=${await undoTokenSentTo(client, 'former@example.com')}`],
    ['the link of an invitation', await address('/invitation', 'invited@example.com')],
  ])
}

/** The names of those links, before a server has started. */
export const linkNames = [
  'the link of a registration',
  'the link of a recovery',
  'the link of a new address',
  'the link that undoes a change',
  'the link of an invitation',
] as const
