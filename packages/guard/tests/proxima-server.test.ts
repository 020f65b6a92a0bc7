/** @module-tag long */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../../../apps/server/tests/support/api-keys.ts'
import { loginWith, type NewPerson, newPerson } from '../../../apps/server/tests/support/people.ts'
import {
  endLeftovers,
  freshFolder,
  proxima,
  type ServerProcess,
  startProxima,
  waitFor,
} from '../../../apps/server/tests/support/process.ts'
import { Guard } from '../src/guard.ts'
import { everyPermission, type Requirement, someRole } from '../src/requirement.ts'

const issuer = 'https://accounts.example.org'
const password = 'seven green buses sing'

let folder: Awaited<ReturnType<typeof freshFolder>>
let settings: Readonly<Record<string, string>>
/** People call one server, and the guard follows another one on the same database. */
let first: ServerProcess
let second: ServerProcess
let admin: string
let guard: Guard
const warnings: string[] = []
beforeAll(async () => {
  folder = await freshFolder()
  settings = { PROXIMA_DATA_DIR: folder.path, PROXIMA_PUBLIC_URL: issuer }
  first = await startProxima(settings)
  second = await startProxima(settings)
  const create = ['users', 'create', '--username', 'amina', '--role', 'admin']
  expect(await proxima(create, { settings, input: password })).toMatchObject({ exitCode: 0 })
  admin = (await first.client.login({ username: 'amina', password })).body.access_token
  const { key } = await newApiKey(first.client, admin, { permissions: ['tokens:introspect'] })
  guard = new Guard({
    issuer,
    serverUrl: second.url,
    apiKey: key,
    logger: { warn: (message) => void warnings.push(message) },
  })
})
afterAll(async () => {
  await guard?.close()
  await endLeftovers()
  await folder?.remove()
})

const idOf = async (credential: string, requirement?: Requirement) =>
  (await guard.authorize(`Bearer ${credential}`, requirement)).id

/** Every answer until then lets the caller in. */
async function isRefusedSoon(credential: string): Promise<void> {
  await waitFor('the guard to refuse', async () => {
    const refusal = await idOf(credential).then(
      () => null,
      (error: unknown) => error,
    )
    if (refusal !== null) expect(refusal).toMatchObject({ code: 'invalid_token' })
    return refusal
  })
}

async function accepted(person: NewPerson, credential = person.token): Promise<string> {
  expect(await idOf(credential)).toBe(person.id)
  return credential
}

const call = async (method: string, path: string, body: object | undefined, token: string) => {
  const { status, text } = await first.client.send(
    method,
    path,
    body === undefined ? undefined : JSON.stringify(body),
    { token },
  )
  expect(status, text).toBeLessThan(300)
}

describe('the guard of a service of a real server', () => {
  it('knows who calls', async () => {
    const person = await newPerson(first.client)
    expect(await guard.authorize(`Bearer ${person.token}`)).toMatchObject({
      id: person.id,
      sessionId: person.sessionId,
      clientId: 'proxima',
      roles: ['user'],
      permissions: [],
    })
    expect(await guard.fetchUser(`Bearer ${person.token}`)).toMatchObject({ username: person.username })
  })

  it('refuses a token after its session has ended, in each way', async () => {
    const person = await newPerson(first.client)
    const others = await Promise.all([1, 2].map(() => loginWith(first.client, person.secret)))
    const [one, two] = others.map((login) => ({ token: login.access_token, id: login.session_id }))
    for (const each of [person.token, one?.token ?? '', two?.token ?? '']) await accepted(person, each)
    await call('POST', '/v1/auth/logout', undefined, one?.token ?? '')
    await isRefusedSoon(one?.token ?? '')
    await call('DELETE', `/v1/me/sessions/${two?.id}`, undefined, person.token)
    await isRefusedSoon(two?.token ?? '')
    await accepted(person)
    await call('DELETE', `/v1/users/${person.id}/sessions`, undefined, admin)
    await isRefusedSoon(person.token)
  })

  it('refuses the tokens of a suspended account, and accepts one from after the suspension', async () => {
    const person = await newPerson(first.client)
    const token = await accepted(person)
    await call('POST', `/v1/users/${person.id}/suspension`, { reason: 'test' }, admin)
    await isRefusedSoon(token)
    await call('DELETE', `/v1/users/${person.id}/suspension`, undefined, admin)
    await accepted(person, (await loginWith(first.client, person.secret)).access_token)
    await expect(idOf(token)).rejects.toMatchObject({ code: 'invalid_token' })
  })

  it('refuses the tokens of a deleted account', async () => {
    const person = await newPerson(first.client)
    const token = await accepted(person)
    await call('DELETE', '/v1/me', { user_secret: person.secret }, token)
    await isRefusedSoon(token)
  })

  it('refuses a token with roles or permissions that have changed, and accepts a new one', async () => {
    const person = await newPerson(first.client)
    const role = { name: 'editor', permissions: ['moments:publish'] }
    await call('POST', '/v1/roles', role, admin)
    const before = await accepted(person)
    await expect(idOf(before, someRole(['editor']))).rejects.toMatchObject({ code: 'forbidden' })
    await call('PUT', `/v1/users/${person.id}/roles`, { roles: ['user', 'editor'] }, admin)
    await isRefusedSoon(before)

    const signIn = async () => (await loginWith(first.client, person.secret)).access_token
    // A token of the same second is refused too: it may be from before the change.
    const editor = await waitFor('a token with the role', async () => {
      const token = await signIn()
      return await idOf(token, someRole(['editor'])).then(
        () => token,
        () => null,
      )
    })
    expect(await idOf(editor, everyPermission(['moments:publish']))).toBe(person.id)
    await call('DELETE', '/v1/roles/editor', undefined, admin)
    await isRefusedSoon(editor)
  })

  it('accepts a session code until its session ends', async () => {
    const person = await newPerson(first.client)
    const { session_code: code } = await loginWith(first.client, person.secret, 'code')
    await accepted(person, code)
    await call('POST', '/v1/auth/logout', undefined, code)
    await isRefusedSoon(code)
  })

  it('accepts an API key until it is revoked', async () => {
    const person = await newPerson(first.client)
    const { id, key } = await newApiKey(first.client, person.token)
    await accepted(person, key)
    await call('DELETE', `/v1/me/api-keys/${id}`, undefined, person.token)
    await isRefusedSoon(key)
  })

  it('refuses the tokens of a retired key, and accepts those of the next', async () => {
    const person = await newPerson(first.client)
    const token = await accepted(person)
    const keys = async (...args: string[]) => await proxima(['keys', ...args], { settings })
    const listed = JSON.parse((await keys('list', '--json')).stdout) as { kid: string; state: string }[]
    const kid = listed.find(({ state }) => state === 'signing')?.kid ?? ''
    expect(await keys('retire', kid, '--replace', '--yes')).toMatchObject({ exitCode: 0 })
    await isRefusedSoon(token)
    await waitFor('a token of the next key', async () => {
      const { access_token: next } = await loginWith(first.client, person.secret)
      const [header = ''] = next.split('.')
      if (JSON.parse(Buffer.from(header, 'base64url').toString()).kid === kid) return null
      return await accepted(person, next)
    })
  })

  it('has had nothing to report', () => {
    expect(warnings).toEqual([])
  })
})
