import { exampleAssertion } from '../../src/features/authenticators/factors/schema.ts'
import { exampleNewPasskey } from '../../src/features/authenticators/passkeys/schema.ts'
import { addPasskey, registerWithPasskey, startPasskey } from './passkeys.ts'
import { newPerson } from './people.ts'
import { SoftwareAuthenticator } from './software-authenticator.ts'
import type { Answer, TestClient } from './test-client.ts'

const path = '/v1/me/factors/passkeys'
const answered = { flow: 'pxw_x', response: exampleAssertion }
const made = { flow: 'pxw_x', response: exampleNewPasskey }

/** Bodies that are well-formed. */
export const passkeyBodies = {
  startPasskeyLogin: '{}',
  loginWithPasskey: JSON.stringify(answered),
  registerWithPasskey: JSON.stringify({ username: 'halima-n' }),
  startPasskeyFactor: '{"challenge": "pxm_x"}',
  addMyPasskey: JSON.stringify(made),
}

/** The bodies of calls that need a recent sign-in, or a recent second factor. */
export const unprovenPasskeyBodies = { startMyPasskey: undefined, addMyPasskey: passkeyBodies.addMyPasskey }

export const limitedPasskeyCalls = [
  'startPasskeyLogin',
  'loginWithPasskey',
  'registerWithPasskey',
  'startPasskeyFactor',
  'startPasskeyReauthentication',
  'startMyPasskey',
  'addMyPasskey',
]

interface SignedIn {
  readonly client: TestClient
  readonly token: string
}

/** What an example body cannot have, because no authenticator has made it; null if it needs nothing. */
export async function passkeyProofFor(
  id: string,
  { client, token }: SignedIn,
  signIn: () => Promise<Answer>,
): Promise<object | null> {
  const { origin } = client
  if (id === 'addMyPasskey') {
    const { body } = await startPasskey(client, token)
    return { flow: body.flow, response: new SoftwareAuthenticator({ origin }).create(body.public_key) }
  }
  if (id === 'startPasskeyFactor') {
    await addPasskey(client, token, { origin })
    return { challenge: (await signIn()).body.challenge }
  }
  if (id !== 'loginWithPasskey') return null
  const { authenticator } = await addPasskey(client, token, { origin })
  const { body } = await client.post('/v1/auth/passkey/options', {})
  return { flow: body.flow, response: authenticator.get(body.public_key) }
}

/** The answers to someone who adds a passkey and signs in with it. */
export async function passkeyAnswers(client: TestClient): Promise<Record<string, readonly Answer[]>> {
  const { origin } = client
  const { secret, token } = await newPerson(client)
  const begun = await startPasskey(client, token)
  const authenticator = new SoftwareAuthenticator({ origin })
  const response = authenticator.create(begun.body.public_key)
  const added = await client.post(path, { flow: begun.body.flow, response }, { token })
  const more = await addPasskey(client, token, { origin })
  const asked = await client.post('/v1/auth/token', { user_secret: secret })
  const { challenge } = asked.body
  const proof = await client.send('POST', '/v1/me/reauthentication/passkey', undefined, { token })
  const start = (body: object) => client.post('/v1/auth/passkey/options', body)
  const signIn = async (mode: string) => {
    const { body } = await start({})
    return await client.post('/v1/auth/passkey', {
      mode,
      flow: body.flow,
      response: authenticator.get(body.public_key),
    })
  }
  const { answers } = await registerWithPasskey(client, origin, { username: 'has-a-passkey-alone' })
  return {
    startMyPasskey: [begun],
    addMyPasskey: [added, more.added],
    startPasskeyFactor: [await client.post('/v1/auth/mfa/passkey', { challenge })],
    startPasskeyReauthentication: [proof],
    startPasskeyLogin: [await start({}), await start({ identifier: 'a stranger' })],
    loginWithPasskey: [await signIn('token'), await signIn('code')],
    registerWithPasskey: answers,
  }
}

/** The refusals, with the code of each. */
export async function passkeyRefusals(client: TestClient): Promise<[string, Answer][]> {
  const { origin } = client
  const { token } = await newPerson(client)
  const { authenticator } = await addPasskey(client, token, { origin })
  const add = async () => {
    const { body } = await startPasskey(client, token)
    return await client.post(
      path,
      { flow: body.flow, response: authenticator.create(body.public_key) },
      { token },
    )
  }
  const refusals: [string, Answer][] = [
    ['invalid_credentials', await client.post('/v1/auth/passkey', answered)],
    ['invalid_token', await client.send('POST', '/v1/auth/mfa/passkey', passkeyBodies.startPasskeyFactor)],
    ['passkey_refused', await client.post(path, made, { token })],
    ['passkey_taken', await add()],
    ['passkey_refused', await client.post('/v1/auth/register/passkey', made)],
  ]
  for (let passkeys = 1; passkeys < 20; passkeys++) await addPasskey(client, token, { origin })
  refusals.push(['too_many_passkeys', await add()])
  const headers = { origin: 'https://evil.example' }
  refusals.push([
    'forbidden',
    await client.post('/v1/auth/passkey', { ...answered, mode: 'cookie' }, { headers }),
  ])
  return [
    ...refusals,
    ...(await registrationRefusals(client)),
    ['last_sign_in_method', await removeLast(client)],
  ]
}

async function registrationRefusals(client: TestClient): Promise<[string, Answer][]> {
  const { origin } = client
  const taken = {
    username: 'passkey-taken',
    email: 'passkey-taken@example.com',
    phone_number: '+254712777001',
  }
  await client.register(taken)
  const register = (fields: object) => client.post('/v1/auth/register/passkey', fields)
  const { authenticator } = await registerWithPasskey(client, origin, { username: 'first-with-it' })
  const { body } = await register({ username: 'second-with-it' })
  const response = authenticator.create(body.public_key)
  return [
    ['username_taken', await register({ username: taken.username })],
    ['email_taken', await register({ email: taken.email })],
    ['phone_number_taken', await register({ phone_number: taken.phone_number })],
    ['passkey_taken', await register({ flow: body.flow, response })],
  ]
}

async function removeLast(client: TestClient): Promise<Answer> {
  const { authenticator } = await registerWithPasskey(client, client.origin, {
    username: 'keeps-its-passkey',
  })
  const { body } = await client.post('/v1/auth/passkey/options', {})
  const response = authenticator.get(body.public_key)
  const login = await client.post('/v1/auth/passkey', { flow: body.flow, response })
  const token = String(login.body.access_token)
  const { body: factors } = await client.get('/v1/me/factors', { token })
  return await client.send('DELETE', `/v1/me/factors/${String(factors.data[0].id)}`, undefined, { token })
}
