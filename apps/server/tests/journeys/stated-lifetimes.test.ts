import { afterAll, beforeAll, expect, it } from 'vitest'
import { changeContact, requestContact } from '../support/contact-changes.ts'
import { sqlite } from '../support/engines.ts'
import { newFactorOwner, readyToRecover } from '../support/factor-recovery-answers.ts'
import { codesByEmail } from '../support/factors.ts'
import type { FrozenClock } from '../support/frozen-clock.ts'
import { newPerson } from '../support/people.ts'
import { emailOf } from '../support/recovery.ts'
import { messagesTo } from '../support/sent-codes.ts'
import type { TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

interface Asked {
  readonly client: TestClient
  readonly clock: FrozenClock
  /** Of no one yet. */
  readonly email: string
}

/** Registers an account that has confirmed its address. */
async function newConfirmed({ client, email }: Asked): Promise<void> {
  const { token } = await newPerson(client)
  await changeContact(client, token, { email })
}

/**
 * How long a message says that its code and its link work, and how it comes to be sent. How long they do work is tested to
 * the second in `features/authenticators/codes/service.test.ts`.
 */
type Sent = [template: string, lives: string[], send: (asked: Asked) => Promise<unknown>]
const messages: readonly Sent[] = [
  [
    'contact_verification',
    ['10 minutes', '24 hours'],
    async ({ client, email }) => {
      const { token } = await newPerson(client, { email })
      await client.post('/v1/me/verification', { channel: 'email' }, { token })
    },
  ],
  [
    'contact_change',
    ['10 minutes', '60 minutes'],
    async ({ client, email }) => {
      const { token } = await newPerson(client)
      await requestContact(client, token, { email })
    },
  ],
  [
    'recovery',
    ['10 minutes', '60 minutes'],
    async (asked) => {
      await newConfirmed(asked)
      await asked.client.post('/v1/auth/recovery', { identifier: asked.email })
    },
  ],
  ...(['code', 'link'] as const).map(
    (delivery): Sent => [
      'sign_in_code',
      delivery === 'code' ? ['10 minutes'] : ['10 minutes', '10 minutes'],
      async (asked) => {
        await newConfirmed(asked)
        await asked.client.post('/v1/auth/code', { identifier: asked.email, delivery })
      },
    ],
  ),
  [
    'second_factor_code',
    ['5 minutes'],
    async ({ client, clock, email }) => {
      const { signIn } = await newFactorOwner({ client, clock }, email)
      const { challenge } = (await signIn()).body
      await client.post('/v1/auth/mfa/send', { challenge, factor: 'email' })
    },
  ],
  [
    'factor_recovery',
    ['10 minutes'],
    async ({ client, clock, email }) => {
      const { signIn } = await newFactorOwner({ client, clock }, email)
      await readyToRecover(client, clock, { email, signIn })
    },
  ],
]

let server: TestServer
beforeAll(async () => {
  server = await startTestServer(sqlite, { env: codesByEmail })
})
afterAll(async () => await server?.close())

it.each(messages)('%s says how long its code and its link work: %j', async (template, lives, send) => {
  const { client, clock } = server
  const email = emailOf('p')
  await send({ client, clock, email })
  const [message] = await messagesTo(client, email)
  expect(message?.template).toBe(template)
  expect(message?.text.match(/\d+ (?:minutes|hours)/g)).toEqual(lives)
})
