import { contactAnswers, contactRefusals, contactSecretFor } from './contact-answers.ts'
import { factorAnswers, factorBodies, factorRefusals, requiredFactorRefusals } from './factor-answers.ts'
import { factorRecoveryRefusals } from './factor-recovery-answers.ts'
import { defaultHashes } from './hashes.ts'
import { linkedAccountAnswers, linkedAccountRefusals } from './linked-account-answers.ts'
import { passkeyBodies } from './passkey-answers.ts'
import { recoveryTokenFor } from './recovery.ts'
import { recoveryAnswers, recoveryRefusals } from './recovery-answers.ts'
import { codeSentTo } from './sent-codes.ts'
import { askForCode, signInCodeAnswers, signInCodeRefusals } from './sign-in-code-answers.ts'
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
  requestSignInCode: '{"identifier": "amina"}',
  signInWithCode: '{"flow": "pxf_x", "code": "123456"}',
  ...factorBodies,
}

/** The answers of all calls with codes. They advance the clock. */
export async function codeAnswers(server: TestServer, strict: TestClient) {
  return {
    ...(await contactAnswers(server.client)),
    ...(await verificationAnswers(server, strict)),
    ...(await recoveryAnswers(server)),
    ...(await signInCodeAnswers(server)),
    ...(await factorAnswers(server)),
    ...(await linkedAccountAnswers(server)),
  }
}

/** Their refusals, with the code of each. */
export async function codeRefusals(
  start: (env: Record<string, string>) => Promise<TestServer>,
): Promise<(readonly [string, Answer])[]> {
  const ofRecovery = await recoveryRefusals(
    await start({ ...defaultHashes, PROXIMA_PASSWORD_QUEUE_DEPTH: '1' }),
  )
  const strict = await start({ PROXIMA_PRIVACY: 'strict' })
  const ofContacts = await contactRefusals(await start({}))
  const ofLost = await factorRecoveryRefusals(
    await start({ PROXIMA_SECOND_FACTOR: 'required-for-roles:admin' }),
  )
  const ofFactors = [
    ...(await factorRefusals(await start({}))),
    ...(await linkedAccountRefusals(await start({}))),
  ]
  const ofRequired = await requiredFactorRefusals(
    await start({ PROXIMA_SECOND_FACTOR: 'required-for-roles:admin' }),
  )
  const ofSignIn = await signInCodeRefusals(
    await start({ PROXIMA_SECOND_FACTOR: 'required-for-roles:admin' }),
    await start({ PROXIMA_SIGN_IN_BY_CODE: 'none' }),
  )
  const ofVerification = await verificationRefusals(await start({}), strict)
  const closed = await start({ PROXIMA_REGISTRATION: 'closed' })
  const ofPasskeys = [
    'forbidden',
    await closed.client.send('POST', '/v1/auth/register/passkey', passkeyBodies.registerWithPasskey),
  ] as const
  return [
    ofPasskeys,
    ...ofVerification,
    ...ofRecovery,
    ...ofContacts,
    ...ofSignIn,
    ...ofFactors,
    ...ofLost,
    ...ofRequired,
  ]
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
    case 'signInWithCode':
      // Only a confirmed contact gets one.
      await client.post('/v1/me/verification', { channel: 'email' }, { token })
      await client.post(
        '/v1/me/verification/confirm',
        { channel: 'email', code: await codeSentTo(client, email) },
        { token },
      )
      return await askForCode(client, email)
    case 'verifyRecovery':
      await client.post('/v1/auth/recovery', { identifier: email })
      return { code: await codeSentTo(client, email) }
    case 'resetPassword':
      return { recovery_token: await recoveryTokenFor(client, email) }
    default:
      return await contactSecretFor(id, client, token)
  }
}
