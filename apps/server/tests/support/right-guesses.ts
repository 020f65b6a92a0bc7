import type { Authenticator } from '../../src/features/safeguards/rate-limits/guesses/model.ts'
import { changeContact, confirmContact, requestContact } from './contact-changes.ts'
import { confirmEmail, newFactorOwner, readyToRecover } from './factor-recovery-answers.ts'
import { addTotp, finish, totpCode } from './factors.ts'
import { addPasskey, signInWithPasskey } from './passkeys.ts'
import { password } from './password.ts'
import { newPerson } from './people.ts'
import { emailOf, nameOf, newPassword, recoveryTokenFor } from './recovery.ts'
import { codeSentTo } from './sent-codes.ts'
import type { Answer, TestClient } from './test-client.ts'
import type { TestServer } from './test-server.ts'

type World = Pick<TestServer, 'client' | 'clock'>
/** Makes a right guess. @returns the answer to the act that it was made for */
type Act = (world: World) => Promise<Answer>

interface SignedUp {
  readonly username: string
  readonly email: string
  readonly token: string
}

const proof = { current_password: password }

/** Someone with a password, who has signed in. */
async function signUp({ client }: World): Promise<SignedUp> {
  const [username, email] = [nameOf('p').replaceAll('-', ''), emailOf('p')]
  await client.register({ username, email, password })
  const { body } = await client.login({ username, password })
  return { username, email, token: String(body.access_token) }
}

/** An act of someone who has signed in, and gives the password in the body. */
function withPassword(method: string, path: string, body: object = {}): Act {
  return async (world) => {
    const { token } = await signUp(world)
    return await world.client.send(method, path, JSON.stringify({ ...body, ...proof }), { token })
  }
}

/** Someone with a user secret and an authenticator app. */
async function newOwner({ client, clock }: World) {
  const person = await newPerson(client)
  const factors = await addTotp(client, person.token, clock)
  const challenge = () => client.post('/v1/auth/token', { user_secret: person.secret })
  return { ...person, ...factors, challenge }
}

const reauthentication = (client: TestClient, token: string, given: object) =>
  client.post('/v1/me/reauthentication', given, { token })

/** Right guesses at each authenticator, in each act that refunds them in a way of its own. */
export const rightGuesses: Record<Authenticator, Readonly<Record<string, Act>>> = {
  password: {
    'a sign-in': async (world) => {
      const { username } = await signUp(world)
      return await world.client.login({ username, password })
    },
    'a sign-in with a second factor': async (world) => {
      const { client, clock } = world
      const { token, username } = await signUp(world)
      const { secret } = await addTotp(client, token, clock)
      const asked = await client.login({ username, password })
      return await finish(client, asked, 'totp', await totpCode(secret, clock))
    },
    'a reauthentication': withPassword('POST', '/v1/me/reauthentication'),
    'a new password': withPassword('PUT', '/v1/me/password', { new_password: newPassword }),
    'a user secret': withPassword('POST', '/v1/me/secret'),
    'a deletion': withPassword('DELETE', '/v1/me'),
    'another contact': async (world) => {
      const { token } = await signUp(world)
      return await requestContact(world.client, token, { email: emailOf('new') }, proof)
    },
    'a contact that is taken': async (world) => {
      const [{ token }, { email }] = [await signUp(world), await signUp(world)]
      return await requestContact(world.client, token, { email }, proof)
    },
    'another username': async (world) => {
      const username = nameOf('new').replaceAll('-', '')
      return await withPassword('PUT', '/v1/me/username', { username })(world)
    },
    'a username that is taken': async (world) => {
      const { username } = await signUp(world)
      return await withPassword('PUT', '/v1/me/username', { username })(world)
    },
  },
  verification: {
    'a confirmation': async ({ client }) => {
      const email = emailOf('p')
      const { token } = await newPerson(client, { email })
      await client.post('/v1/me/verification', { channel: 'email' }, { token })
      const code = await codeSentTo(client, email)
      return await client.post('/v1/me/verification/confirm', { channel: 'email', code }, { token })
    },
  },
  contact_change: {
    'a change': async ({ client }) => {
      const { token } = await newPerson(client)
      return await changeContact(client, token, { email: emailOf('new') })
    },
    'a contact that was taken since': async ({ client }) => {
      const email = emailOf('new')
      const [one, other] = [await newPerson(client), await newPerson(client)]
      await requestContact(client, one.token, { email })
      const code = await codeSentTo(client, email)
      await changeContact(client, other.token, { email })
      return await confirmContact(client, one.token, { email }, code)
    },
  },
  recovery: {
    'a new password': async (world) => {
      const { client } = world
      const { email, token } = await signUp(world)
      await confirmEmail(client, token, email)
      const recovery_token = await recoveryTokenFor(client, email)
      return await client.post('/v1/auth/recovery/reset', { recovery_token, new_password: newPassword })
    },
  },
  sign_in: {
    'a sign-in': async (world) => {
      const { client } = world
      const email = emailOf('p')
      const { token } = await newPerson(client)
      await changeContact(client, token, { email })
      const { body } = await client.post('/v1/auth/code', { identifier: email })
      return await client.post('/v1/auth/code/confirm', {
        flow: body.flow,
        code: await codeSentTo(client, email),
      })
    },
  },
  second_factor: {
    'a sign-in': async (world) => {
      const { client } = world
      const email = emailOf('p')
      const { signIn } = await newFactorOwner(world, email)
      const asked = await signIn()
      await client.post('/v1/auth/mfa/send', { challenge: asked.body.challenge, factor: 'email' })
      return await finish(client, asked, 'email', await codeSentTo(client, email))
    },
  },
  factor_recovery: {
    'a sign-in': async (world) => {
      const { client, clock } = world
      const email = emailOf('p')
      const { signIn } = await newFactorOwner(world, email)
      const ready = await readyToRecover(client, clock, { email, signIn })
      return await client.post('/v1/auth/mfa/lost/confirm', ready)
    },
  },
  totp: {
    'the first code': async ({ client, clock }) => {
      const { token } = await newPerson(client)
      await addTotp(client, token, clock)
      return await client.get('/v1/me/factors', { token })
    },
    'a sign-in': async (world) => {
      const { challenge, secret } = await newOwner(world)
      return await finish(world.client, await challenge(), 'totp', await totpCode(secret, world.clock))
    },
    'a reauthentication': async (world) => {
      const { secret, token } = await newOwner(world)
      const code = await totpCode(secret, world.clock)
      return await reauthentication(world.client, token, { factor: 'totp', code })
    },
  },
  recovery_code: {
    'a sign-in': async (world) => {
      const { challenge, recoveryCodes } = await newOwner(world)
      return await finish(world.client, await challenge(), 'recovery_code', recoveryCodes[0] ?? '')
    },
    'a reauthentication': async (world) => {
      const { recoveryCodes, token } = await newOwner(world)
      const given = { factor: 'recovery_code', code: recoveryCodes[0] ?? '' }
      return await reauthentication(world.client, token, given)
    },
  },
  passkey: {
    'a sign-in': async ({ client }) => {
      const { token } = await newPerson(client)
      const { authenticator } = await addPasskey(client, token)
      return await signInWithPasskey(client, authenticator)
    },
    'a second factor': async ({ client }) => {
      const { secret, token } = await newPerson(client)
      const { authenticator } = await addPasskey(client, token)
      const { body: asked } = await client.post('/v1/auth/token', { user_secret: secret })
      const { challenge } = asked
      const { body } = await client.post('/v1/auth/mfa/passkey', { challenge })
      const response = authenticator.get(body.public_key)
      return await client.post('/v1/auth/mfa', { challenge, factor: 'passkey', response })
    },
    'a reauthentication': async ({ client }) => {
      const { token } = await newPerson(client)
      const { authenticator } = await addPasskey(client, token)
      const { body } = await client.send('POST', '/v1/me/reauthentication/passkey', undefined, { token })
      const response = authenticator.get(body.public_key)
      return await reauthentication(client, token, { factor: 'passkey', response })
    },
  },
}
