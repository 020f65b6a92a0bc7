import { addTotp } from './factors.ts'
import type { FrozenClock } from './frozen-clock.ts'
import { newPerson } from './people.ts'
import { makeAdministrator } from './roles.ts'
import { codeSentTo } from './sent-codes.ts'
import type { Answer, TestClient } from './test-client.ts'
import type { TestServer } from './test-server.ts'

const path = '/v1/auth/mfa/lost'
const waitSeconds = 72 * 3_600

type Server = Pick<TestServer, 'client' | 'clock'>

type Headers = () => Record<string, string>
const noHeaders: Headers = () => ({})

/** Bodies that are well-formed. */
export const factorRecoveryBodies = {
  reportLostFactor: '{"challenge": "pxm_x"}',
  recoverFactor: '{"challenge": "pxm_x", "code": "123456"}',
}

export const limitedFactorRecoveryCalls = Object.keys(factorRecoveryBodies)

/** Confirms the address with the code that was sent to it. */
export async function confirmEmail(
  client: TestClient,
  token: string,
  email: string,
  headers = noHeaders,
): Promise<void> {
  const verification = '/v1/me/verification'
  await client.post(verification, { channel: 'email' }, { token, headers: headers() })
  const code = await codeSentTo(client, email)
  await client.post(`${verification}/confirm`, { channel: 'email', code }, { token, headers: headers() })
}

export const lose = (client: TestClient, { body }: Answer, headers = noHeaders) =>
  client.post(path, { challenge: body.challenge }, { headers: headers() })

/** What an example body cannot have: the sign-in of an owner, and the code that was sent to them. */
export async function lostFactorFor(
  id: string,
  {
    client,
    clock,
    token,
  }: { readonly client: TestClient; readonly clock: FrozenClock; readonly token: string },
  signIn: () => Promise<Answer>,
): Promise<object | null> {
  if (!limitedFactorRecoveryCalls.includes(id)) return null
  const email = String((await client.me(token)).body.email)
  await confirmEmail(client, token, email)
  await addTotp(client, token, clock)
  const { challenge } = (await signIn()).body
  if (id === 'reportLostFactor') return { challenge }
  return await readyToRecover(client, clock, { email, signIn })
}

/** Waits, and returns the sign-in and the code that finish the recovery. */
export async function readyToRecover(
  client: TestClient,
  clock: FrozenClock,
  {
    email,
    signIn,
    headers = noHeaders,
  }: { readonly email: string; readonly signIn: () => Promise<Answer>; readonly headers?: Headers },
): Promise<{ readonly challenge: unknown; readonly code: string }> {
  await lose(client, await signIn(), headers)
  clock.advance(waitSeconds)
  const asked = await signIn()
  await lose(client, asked, headers)
  return { challenge: asked.body.challenge, code: await codeSentTo(client, email) }
}

/** An owner of a second factor, with a confirmed address. */
export async function newFactorOwner({ client, clock }: Server, email: string, headers = noHeaders) {
  const { id, secret, token } = await newPerson(client, { email })
  await confirmEmail(client, token, email, headers)
  await addTotp(client, token, clock, headers())
  const signIn = (mode = 'token') =>
    client.post('/v1/auth/token', { user_secret: secret, mode }, { headers: headers() })
  return { id, signIn }
}

/** The answers to owners who have lost every second factor. They advance the clock. */
export async function factorRecoveryAnswers({ client, clock }: Server) {
  const email = 'has-lost-it@example.com'
  const { signIn } = await newFactorOwner({ client, clock }, email)
  const begun = await lose(client, await signIn())
  const ready = await readyToRecover(client, clock, { email, signIn })
  return { reportLostFactor: [begun], recoverFactor: [await client.post(`${path}/confirm`, ready)] }
}

/** The refusals, with the code of each. They advance the clock. */
export async function factorRecoveryRefusals(server: TestServer): Promise<[string, Answer][]> {
  const { client, clock } = server
  const person = await newPerson(client)
  await addTotp(client, person.token, clock)
  const contactless = await client.post('/v1/auth/token', { user_secret: person.secret })
  const refusals: [string, Answer][] = [['forbidden', await lose(client, contactless)]]
  const email = 'loses-it@example.com'
  const { id, signIn } = await newFactorOwner(server, email)
  const confirm = (body: object, headers = {}) => client.post(`${path}/confirm`, body, { headers })
  const { challenge } = (await signIn('cookie')).body
  const ready = await readyToRecover(client, clock, { email, signIn })
  const late = String((await signIn()).body.challenge)
  refusals.push(
    ['invalid_token', await client.post(path, { challenge })],
    ['invalid_token', await confirm({ challenge, code: '123456' })],
    ['forbidden', await confirm({ ...(await cookieOf(signIn)), code: '1' }, evil)],
    ['code_invalid', await confirm({ challenge: late, code: ready.code })],
  )
  await makeAdministrator(server, id)
  refusals.push(
    ['factor_enrolment_required', await confirm(ready)],
    ['invalid_credentials', await confirmedTooLate(server)],
  )
  return refusals
}

const evil = { origin: 'https://evil.example' }

async function cookieOf(signIn: (mode: string) => Promise<Answer>) {
  return { challenge: (await signIn('cookie')).body.challenge }
}

/** Gives the right code twice at once, and returns the answer to the one that came too late. */
async function confirmedTooLate(server: Server): Promise<Answer> {
  const { client, clock } = server
  for (let owner = 0; owner < 10; owner++) {
    const email = `loses-it-${owner}@example.com`
    const { signIn } = await newFactorOwner(server, email)
    const ready = await readyToRecover(client, clock, { email, signIn })
    const answers = await Promise.all([1, 2].map(() => client.post(`${path}/confirm`, ready)))
    const late = answers.find(({ body }) => body.code === 'invalid_credentials')
    if (late !== undefined) return late
  }
  throw new Error('no two requests used a challenge at once')
}
