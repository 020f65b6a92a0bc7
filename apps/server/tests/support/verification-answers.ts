import { wrongCode } from './codes.ts'
import type { NamedOperation } from './openapi-document.ts'
import { callOperation } from './openapi-operations.ts'
import { loginWith, newPerson } from './people.ts'
import { codeSentTo } from './sent-codes.ts'
import type { TestServer } from './test-server.ts'

/** The answers of the calls that confirm a contact. The server limits nothing. */
export async function verificationAnswers({ client }: Pick<TestServer, 'client'>) {
  const email = 'confirmed@example.com'
  const { token } = await newPerson(client, { email })
  const requested = await client.post('/v1/me/verification', { channel: 'email' }, { token })
  const code = await codeSentTo(client, email)
  const confirmed = await client.post('/v1/me/verification/confirm', { channel: 'email', code }, { token })
  return { requestVerification: [requested], confirmVerification: [confirmed] }
}

/** The refusals, with the code of each. They advance the clock. */
export async function verificationRefusals({ client, clock }: Pick<TestServer, 'client' | 'clock'>) {
  const email = 'refused@example.com'
  const { token } = await newPerson(client, { email })
  await client.post('/v1/me/verification', { channel: 'email' }, { token })
  const code = await codeSentTo(client, email)
  const confirm = async (text: string) =>
    await client.post('/v1/me/verification/confirm', { channel: 'email', code: text }, { token })
  const wrong = await confirm(wrongCode(code))
  clock.advance(600)
  return [
    ['code_invalid', wrong],
    ['code_expired', await confirm(code)],
  ] as const
}

/** Makes calls for an account that has confirmed nothing. */
export async function unverifiedCaller(client: TestServer['client']) {
  const { secret } = await newPerson(client, { email: 'unverified@example.com' })
  const { session_code: credential } = await loginWith(client, secret, 'code')
  return async (operation: NamedOperation) => await callOperation(operation, { client, credential })
}
