import { wrongCode } from './codes.ts'
import type { NamedOperation } from './openapi-document.ts'
import { callOperation } from './openapi-operations.ts'
import { password } from './password.ts'
import { loginWith, newPerson } from './people.ts'
import { codeSentTo } from './sent-codes.ts'
import type { TestClient } from './test-client.ts'
import type { TestServer } from './test-server.ts'

/** The answers of the calls that confirm a contact. The server limits nothing. */
export async function verificationAnswers({ client }: Pick<TestServer, 'client'>, strict: TestClient) {
  const email = 'confirmed@example.com'
  const { token } = await newPerson(client, { email })
  const requested = await client.post('/v1/me/verification', { channel: 'email' }, { token })
  const code = await codeSentTo(client, email)
  const confirmed = await client.post('/v1/me/verification/confirm', { channel: 'email', code }, { token })
  await strict.register({ email, password })
  const typed = { identifier: email, code: await codeSentTo(strict, email), password }
  const registered = await strict.post('/v1/auth/registration/confirm', typed)
  return {
    requestVerification: [requested],
    confirmVerification: [confirmed],
    confirmRegistration: [registered],
  }
}

/** The refusals, with the code of each. They advance the clock. */
export async function verificationRefusals({ client, clock }: TestServer, strict: TestServer) {
  const email = 'refused@example.com'
  const { token } = await newPerson(client, { email })
  await client.post('/v1/me/verification', { channel: 'email' }, { token })
  await strict.client.register({ email, password })
  const code = await codeSentTo(client, email)
  const waiting = await codeSentTo(strict.client, email)
  const confirm = async (text: string) =>
    await client.post('/v1/me/verification/confirm', { channel: 'email', code: text }, { token })
  const confirmWaiting = async (text: string) =>
    await strict.client.post('/v1/auth/registration/confirm', { identifier: email, code: text, password })
  const wrong = [await confirm(wrongCode(code)), await confirmWaiting(wrongCode(waiting))]
  clock.advance(600)
  strict.clock.advance(600)
  const late = [await confirm(code), await confirmWaiting(waiting)]
  return [
    ...wrong.map((answer) => ['code_invalid', answer] as const),
    ...late.map((answer) => ['code_expired', answer] as const),
  ]
}

/** Makes calls for an account that has confirmed nothing. */
export async function unverifiedCaller(client: TestServer['client']) {
  const { secret } = await newPerson(client, { email: 'unverified@example.com' })
  const { session_code: credential } = await loginWith(client, secret, 'code')
  return async (operation: NamedOperation) => await callOperation(operation, { client, credential })
}
