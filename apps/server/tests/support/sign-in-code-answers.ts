import { wrongCode } from './codes.ts'
import { addTotp } from './factors.ts'
import { newPerson } from './people.ts'
import { makeAdministrator } from './roles.ts'
import { codeSentTo } from './sent-codes.ts'
import type { Answer, TestClient } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import type { TestServer } from './test-server.ts'
import { verifyAddresses } from './verified-addresses.ts'

const path = '/v1/auth/code'

async function newOwner({ client, databaseUrl }: TestServer, email: string) {
  const person = await newPerson(client, { email })
  const db = openDatabase(databaseUrl)
  await verifyAddresses(db)
  await db.destroy()
  return person
}

/** A flow, and the code that was sent for it. */
export async function askForCode(client: TestClient, email: string) {
  const { body } = await client.post(path, { identifier: email })
  return { flow: String(body.flow), code: await codeSentTo(client, email) }
}

/** The answers of the calls with which someone signs in with a code. They advance the clock. */
export async function signInCodeAnswers(server: TestServer) {
  const { client, clock } = server
  const email = 'passwordless@example.com'
  await newOwner(server, email)
  const requested = await client.post(path, { identifier: email, delivery: 'link' })
  const first = { flow: requested.body.flow, code: await codeSentTo(client, email) }
  const confirmed = await client.post(`${path}/confirm`, first)
  clock.advance(61)
  const next = await askForCode(client, email)
  return {
    sendSecondFactorCode: [await sentSecondFactor(server)],
    requestSignInCode: [requested],
    signInWithCode: [confirmed, await client.post(`${path}/confirm`, { ...next, mode: 'code' })],
  }
}

/** The answer to someone with an authenticator app, who asks for a code instead. */
async function sentSecondFactor(server: TestServer): Promise<Answer> {
  const { client, clock } = server
  const { secret, token } = await newOwner(server, 'twofold@example.com')
  await addTotp(client, token, clock)
  const { body } = await client.post('/v1/auth/token', { user_secret: secret })
  return await client.post('/v1/auth/mfa/send', { challenge: body.challenge, factor: 'email' })
}

/** Suspends an account that has a code, and returns the answer to the code. */
async function suspendedMeanwhile(server: TestServer): Promise<Answer> {
  const { client, databaseUrl } = server
  const email = 'suspended-meanwhile@example.com'
  const { id } = await newOwner(server, email)
  const given = await askForCode(client, email)
  const db = openDatabase(databaseUrl)
  await db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', id).execute()
  await db.destroy()
  return await client.post(`${path}/confirm`, given)
}

/** The refusals, with the code of each. They advance the clock. */
export async function signInCodeRefusals(
  server: TestServer,
  closed: TestServer,
): Promise<[string, Answer][]> {
  const { client, clock } = server
  const email = 'wanting@example.com'
  await newOwner(server, email)
  const confirm = async (given: object, headers = {}) =>
    await client.post(`${path}/confirm`, given, { headers })
  const late = await askForCode(client, email)
  const foreign = await confirm({ ...late, mode: 'cookie' }, { origin: 'https://evil.example' })
  const wrong = await confirm({ ...late, code: wrongCode(late.code) })
  clock.advance(601)
  const refusals: [string, Answer][] = [
    ['forbidden', await closed.client.post(path, { identifier: email })],
    ['forbidden', foreign],
    ['code_invalid', wrong],
    ['code_expired', await confirm(late)],
  ]
  const asked = 'has-a-factor@example.com'
  const { token } = await newOwner(server, asked)
  await addTotp(client, token, clock)
  refusals.push(['mfa_required', await confirm(await askForCode(client, asked))])
  const administrator = await newOwner(server, 'must-have-one@example.com')
  await makeAdministrator(server, administrator.id)
  const required = await confirm(await askForCode(client, 'must-have-one@example.com'))
  refusals.push(['factor_enrolment_required', required])
  refusals.push(['invalid_credentials', await suspendedMeanwhile(server)])
  return refusals
}
