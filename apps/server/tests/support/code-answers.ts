import { contactAnswers, contactRefusals, contactSecretFor } from './contact-answers.ts'
import { recoveryTokenFor } from './recovery.ts'
import { recoveryAnswers, recoveryRefusals } from './recovery-answers.ts'
import { codeSentTo } from './sent-codes.ts'
import type { Answer, TestClient } from './test-client.ts'
import type { TestServer } from './test-server.ts'
import { verificationAnswers, verificationRefusals } from './verification-answers.ts'

/** Bodies that are well-formed. */
export const codeBodies = {
  requestRecovery: '{"identifier": "amina"}',
  verifyRecovery: '{"identifier": "amina", "code": "123456"}',
  confirmMyEmail: '{"code": "123456"}',
  confirmMyPhoneNumber: '{"code": "123456"}',
  resetPassword: '{"recovery_token": "pxl_x"}',
}

/** The answers of all calls with codes. */
export async function codeAnswers(server: TestServer, strict: TestClient) {
  const ofContacts = await contactAnswers(server.client)
  return { ...(await verificationAnswers(server, strict)), ...(await recoveryAnswers(server)), ...ofContacts }
}

/** Their refusals, with the code of each. */
export async function codeRefusals(
  start: (env: Record<string, string>) => Promise<TestServer>,
): Promise<(readonly [string, Answer])[]> {
  const ofRecovery = await recoveryRefusals(await start({ PROXIMA_PASSWORD_QUEUE_DEPTH: '1' }))
  const strict = await start({ PROXIMA_PRIVACY: 'strict' })
  const ofContacts = await contactRefusals(await start({}))
  return [...(await verificationRefusals(await start({}), strict)), ...ofRecovery, ...ofContacts]
}

/** What an example body cannot have, because it was sent to its owner; null if the call needs nothing of the kind. */
export async function sentSecretsFor(
  id: string,
  { client, token, email }: { client: TestClient; token: string; email: string },
): Promise<object | null> {
  switch (id) {
    case 'confirmRegistration':
      return { code: await codeSentTo(client, email) }
    case 'confirmVerification':
      await client.post('/v1/me/verification', { channel: 'email' }, { token })
      return { code: await codeSentTo(client, email) }
    case 'verifyRecovery':
      await client.post('/v1/auth/recovery', { identifier: email })
      return { code: await codeSentTo(client, email) }
    case 'resetPassword':
      return { recovery_token: await recoveryTokenFor(client, email) }
    default:
      return await contactSecretFor(id, client, token)
  }
}
