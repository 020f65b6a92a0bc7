import {
  confirmEmail,
  factorRecoveryBodies,
  limitedFactorRecoveryCalls,
  lostFactorFor,
} from './factor-recovery-answers.ts'
import { addTotp, finish, totpCode } from './factors.ts'
import {
  limitedPasskeyCalls,
  passkeyAnswers,
  passkeyBodies,
  passkeyProofFor,
  passkeyRefusals,
  unprovenPasskeyBodies,
} from './passkey-answers.ts'
import { password } from './password.ts'
import { newPerson } from './people.ts'
import { makeAdministrator } from './roles.ts'
import { codeSentTo } from './sent-codes.ts'
import type { Answer, TestClient } from './test-client.ts'
import type { TestServer } from './test-server.ts'

type Server = Pick<TestServer, 'client' | 'clock'>
type SignedIn = Server & { readonly token: string }

/** What an example body cannot have, because only the owner of a second factor knows it; null if it needs nothing. */
export async function factorSecretFor(
  id: string,
  { client, clock, token }: SignedIn,
  signIn: () => Promise<Answer>,
): Promise<object | null> {
  if (id === 'confirmMyTotp') {
    const { body } = await startTotp(client, token)
    return { code: await totpCode(String(body.secret), clock) }
  }
  const lost = await lostFactorFor(id, { client, clock, token }, signIn)
  if (lost !== null) return lost
  if (id === 'sendSecondFactorCode') {
    await client.post('/v1/me/verification', { channel: 'email' }, { token })
    const confirmation = { channel: 'email', code: await codeSentTo(client, 'amina@example.com') }
    await client.post('/v1/me/verification/confirm', confirmation, { token })
    await addTotp(client, token, clock)
    return { challenge: (await signIn()).body.challenge }
  }
  if (id !== 'finishSignIn') return await passkeyProofFor(id, { client, token }, signIn)
  const { secret } = await addTotp(client, token, clock)
  const { body } = await signIn()
  return { challenge: body.challenge, code: await totpCode(secret, clock) }
}

const path = '/v1/me/factors'

/** Bodies that are well-formed. */
export const factorBodies = {
  ...passkeyBodies,
  ...factorRecoveryBodies,
  sendSecondFactorCode: '{"challenge": "pxm_x", "factor": "email"}',
  finishSignIn: '{"challenge": "pxm_x", "factor": "totp", "code": "123456"}',
  confirmMyTotp: '{"code": "123456"}',
}

/** The bodies of calls that need a recent sign-in, or a recent second factor. */
export const unprovenFactorBodies = {
  ...unprovenPasskeyBodies,
  startMyTotp: undefined,
  confirmMyTotp: factorBodies.confirmMyTotp,
  removeMyFactor: undefined,
  replaceMyRecoveryCodes: undefined,
}

export const limitedFactorCalls = [
  ...limitedPasskeyCalls,
  ...limitedFactorRecoveryCalls,
  'startMyTotp',
  'confirmMyTotp',
  'renameMyFactor',
  'removeMyFactor',
  'replaceMyRecoveryCodes',
  'finishSignIn',
  'sendSecondFactorCode',
  'reauthenticate',
]

const startTotp = (client: TestClient, token: string) =>
  client.send('POST', `${path}/totp`, undefined, { token })
const confirmTotp = (client: TestClient, token: string, code: string) =>
  client.post(`${path}/totp/confirm`, { code }, { token })
const renewCodes = (client: TestClient, token: string) =>
  client.send('POST', '/v1/me/recovery-codes', undefined, { token })
const signIn = (client: TestClient, user_secret: string, mode = 'token') =>
  client.post('/v1/auth/token', { user_secret, mode })

/** The answers to someone who adds second factors, signs in with them, and removes them. They advance the clock. */
export async function factorAnswers({ client, clock }: Server): Promise<Record<string, readonly Answer[]>> {
  const { secret: userSecret, token } = await newPerson(client)
  const as = { token }
  const none = await client.get(path, as)
  const prove = async (proof: object) => await client.post('/v1/me/reauthentication', proof, as)
  const bySecret = await prove({ user_secret: userSecret })
  const started = await startTotp(client, token)
  const confirmed = await confirmTotp(client, token, await totpCode(String(started.body.secret), clock))
  clock.advance(30)
  const another = await startTotp(client, token)
  const secret = String(another.body.secret)
  const replaced = await confirmTotp(client, token, await totpCode(secret, clock))
  clock.advance(30)
  const listed = await client.get(path, as)
  const one = `${path}/${String(listed.body.data[0].id)}`
  const renewed = await renewCodes(client, token)
  const [first = '', second = '', third = '', fourth = ''] = renewed.body.recovery_codes as string[]
  const finishIn = async (mode: string, factor: string, code: string) =>
    await finish(client, await signIn(client, userSecret, mode), factor, code)
  return {
    ...(await passkeyAnswers(client)),
    startMyTotp: [started, another],
    confirmMyTotp: [confirmed, replaced],
    listMyFactors: [none, listed],
    replaceMyRecoveryCodes: [renewed],
    finishSignIn: [
      await finishIn('token', 'totp', await totpCode(secret, clock)),
      await finishIn('code', 'recovery_code', first),
      await finishIn('cookie', 'recovery_code', second),
    ],
    reauthenticate: [bySecret, await prove({ factor: 'recovery_code', code: third })],
    renameMyFactor: [await client.patch(one, { name: 'New phone' }, as)],
    ...(await trustedDeviceAnswers(client, userSecret, fourth)),
    removeMyFactor: [await client.send('DELETE', one, undefined, as)],
  }
}

/** The answers to someone who trusts a device, and then no longer. */
async function trustedDeviceAnswers(client: TestClient, userSecret: string, code: string) {
  const devices = '/v1/me/trusted-devices'
  const asked = await signIn(client, userSecret)
  const given = { challenge: asked.body.challenge, factor: 'recovery_code', code, trust_device: true }
  const { body } = await client.post('/v1/auth/mfa', given)
  const as = { token: String(body.access_token) }
  const listed = await client.get(devices, as)
  const one = `${devices}/${String(listed.body.data[0].id)}`
  return {
    listMyTrustedDevices: [listed],
    removeMyTrustedDevice: [await client.send('DELETE', one, undefined, as)],
    removeMyTrustedDevices: [await client.send('DELETE', devices, undefined, as)],
  }
}

/** The refusals, with the code of each. They advance the clock. */
export async function factorRefusals({ client, clock }: Server): Promise<[string, Answer][]> {
  const { secret, token } = await newPerson(client)
  const refusals: [string, Answer][] = [
    ['no_second_factor', await renewCodes(client, token)],
    ['totp_not_started', await confirmTotp(client, token, '123456')],
  ]
  await startTotp(client, token)
  refusals.push(['code_invalid', await confirmTotp(client, token, 'no code')])
  const { recoveryCodes } = await addTotp(client, token, clock)
  const asked = await signIn(client, secret)
  const cookie = await signIn(client, secret, 'cookie')
  const body = { challenge: cookie.body.challenge, factor: 'totp', code: '123456' }
  const headers = { origin: 'https://evil.example' }
  refusals.push(
    ['mfa_required', asked],
    ['mfa_required', await finish(client, asked, 'totp', 'no code')],
    ['forbidden', await client.post('/v1/auth/mfa', body, { headers })],
    ['invalid_token', await client.send('POST', '/v1/auth/mfa', factorBodies.finishSignIn)],
    ['invalid_token', await client.send('POST', '/v1/auth/mfa/send', factorBodies.sendSecondFactorCode)],
    ['invalid_credentials', await finishedBefore(client, secret, recoveryCodes)],
  )
  const proof = { user_secret: secret }
  await client.send('DELETE', '/v1/me', JSON.stringify(proof), { token })
  refusals.push(['mfa_required', await client.post('/v1/auth/restore', proof)])
  const { token: other } = await client.signUp('has-a-factor', password)
  await addTotp(client, other, clock)
  refusals.push(['mfa_required', await client.login({ username: 'has-a-factor', password })])
  return [...refusals, ...(await passkeyRefusals(client))]
}

/** The answers to an administrator about the second factors of someone else. */
export async function userFactorAnswers(
  { client, clock }: Server,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const owner = await newPerson(client)
  await addTotp(client, owner.token, clock)
  const of = `/v1/users/${owner.id}/factors`
  const reachable = await newPerson(client, { email: 'reachable@example.com' })
  await addTotp(client, reachable.token, clock)
  await confirmEmail(client, reachable.token, 'reachable@example.com')
  const started = `/v1/users/${reachable.id}/factors/recovery`
  return {
    listUserFactors: [await client.get(of, { token })],
    startFactorRecovery: [await client.post(started, { reason: 'Ticket 4712' }, { token })],
    resetUserFactors: [await client.send('DELETE', of, '{"reason": "Ticket 4712"}', { token })],
  }
}

/** What administrators are refused if they must have a second factor. */
export async function requiredFactorRefusals(
  server: Server & Pick<TestServer, 'databaseUrl'>,
): Promise<[string, Answer][]> {
  const { client, clock } = server
  const code = 'factor_enrolment_required'
  const [boss, former, owner] = [await newPerson(client), await newPerson(client), await newPerson(client)]
  const { user } = await client.signUp('must-have-one', password)
  await client.send('DELETE', '/v1/me', JSON.stringify({ user_secret: former.secret }), former)
  await addTotp(client, owner.token, clock)
  const { body } = await client.get(path, owner)
  for (const { id } of [boss, former, owner, user]) await makeAdministrator(server, id)
  const removal = await client.send('DELETE', `${path}/${String(body.data[0].id)}`, undefined, owner)
  return [
    [code, await signIn(client, boss.secret)],
    [code, await client.login({ username: 'must-have-one', password })],
    [code, await client.post('/v1/auth/restore', { user_secret: former.secret })],
    ['last_factor', removal],
  ]
}

/** Gives two right factors for one challenge at once, and returns the answer to the one that came too late. */
async function finishedBefore(
  client: TestClient,
  userSecret: string,
  codes: readonly string[],
): Promise<Answer> {
  for (let at = 0; at < codes.length; at += 2) {
    const asked = await signIn(client, userSecret)
    const pair = codes.slice(at, at + 2)
    const answers = await Promise.all(pair.map((code) => finish(client, asked, 'recovery_code', code)))
    // If one request comes after the other has finished, it finds no challenge, and the next pair must do.
    const late = answers.find((answer) => answer.body.code === 'invalid_credentials')
    if (late !== undefined) return late
  }
  throw new Error('no two requests used a challenge at once')
}
