import type {
  AuthenticationResponseJSON,
  RegistrationResponseJSON,
  VerifiedAuthenticationResponse,
  VerifiedRegistrationResponse,
} from '@simplewebauthn/server'
import type { PasskeyAssertion } from '../factors/model.ts'
import {
  algorithms,
  type BackupState,
  type Credential,
  credentialIdBytesMax,
  type NewCredential,
  type PasskeyRegistration,
  type RelyingParty,
} from './model.ts'
import { isAcceptableKey } from './public-keys.ts'

/** The answers of browsers, verified by SimpleWebAuthn, which is loaded when the first account uses a passkey. */

/** What was asked for. */
export interface Expected {
  readonly challenge: string
  readonly relyingParty: RelyingParty
}

/** What a right answer says. The caller compares it with what is known of the passkey. */
export type VerifiedAssertion = Pick<Credential, 'backupState' | 'counter'>

/**
 * Verifies the answer to `navigator.credentials.get` (WebAuthn Level 3 §7.2): the type, the challenge, the origin, the
 * website, the presence and the verification of the user, and the signature.
 * @returns null if any of it is wrong
 */
export async function verifyAssertion(
  answer: PasskeyAssertion,
  { challenge, relyingParty }: Expected,
  { credentialId, publicKey }: Pick<Credential, 'credentialId' | 'publicKey'>,
): Promise<VerifiedAssertion | null> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  if (answer.id !== credentialId || !(await isOfThisPage(answer))) return null
  const verified = await unlessRefused(() =>
    verifyAuthenticationResponse({
      response: toAuthenticationResponse(answer),
      expectedChallenge: challenge,
      expectedOrigin: [...relyingParty.origins],
      expectedRPID: relyingParty.id,
      requireUserVerification: true,
      // The caller compares the counters, to tell a copied key from a wrong signature.
      credential: {
        id: credentialId,
        publicKey: new Uint8Array(Buffer.from(publicKey, 'base64url')),
        counter: 0,
      },
    }),
  )
  return verified === null || !verified.verified ? null : assertionOf(verified)
}

/**
 * Verifies the answer to `navigator.credentials.create` (WebAuthn Level 3 §7.1), with the statement of attestation if it has
 * one.
 * @returns null if any of it is wrong
 */
export async function verifyRegistration(
  answer: PasskeyRegistration,
  { challenge, relyingParty }: Expected,
): Promise<NewCredential | null> {
  const { verifyRegistrationResponse } = await import('@simplewebauthn/server')
  if (!(await isOfThisPage(answer))) return null
  const verified = await unlessRefused(() =>
    verifyRegistrationResponse({
      response: toRegistrationResponse(answer),
      expectedChallenge: challenge,
      expectedOrigin: [...relyingParty.origins],
      expectedRPID: relyingParty.id,
      requireUserVerification: true,
      supportedAlgorithmIDs: [...algorithms],
    }),
  )
  return verified === null || !verified.verified ? null : await credentialOf(answer, verified)
}

/** A page in a frame of another website must not use a passkey unseen (WebAuthn Level 3 §7.2, step 14; A98). */
async function isOfThisPage({ response }: PasskeyAssertion | PasskeyRegistration): Promise<boolean> {
  const { decodeClientDataJSON } = await import('@simplewebauthn/server/helpers')
  const data = await unlessRefused(async () => decodeClientDataJSON(response.clientDataJSON))
  return data !== null && data.crossOrigin !== true && data.topOrigin === undefined
}

function assertionOf({ authenticationInfo }: VerifiedAuthenticationResponse): VerifiedAssertion {
  const { credentialBackedUp, credentialDeviceType, newCounter } = authenticationInfo
  return { backupState: backupStateOf(credentialDeviceType, credentialBackedUp), counter: newCounter }
}

async function credentialOf(
  answer: PasskeyRegistration,
  { registrationInfo }: VerifiedRegistrationResponse & { verified: true },
): Promise<NewCredential | null> {
  const { decodeCredentialPublicKey } = await import('@simplewebauthn/server/helpers')
  const { aaguid, credential, credentialBackedUp, credentialDeviceType } = registrationInfo
  const { counter, id: credentialId, publicKey } = credential
  const bytes = Buffer.from(credentialId, 'base64url').length
  if (answer.id !== credentialId || bytes === 0 || bytes > credentialIdBytesMax) return null
  if (!isAcceptableKey(decodeCredentialPublicKey(publicKey))) return null
  return {
    aaguid,
    credentialId,
    publicKey: Buffer.from(publicKey).toString('base64url'),
    counter,
    transports: answer.response.transports ?? [],
    backupState: backupStateOf(credentialDeviceType, credentialBackedUp),
  }
}

/** Without the answers of extensions, which the server does not use. */
function toAuthenticationResponse({
  id,
  rawId,
  response,
  type,
}: PasskeyAssertion): AuthenticationResponseJSON {
  const { userHandle, ...others } = response
  const handle = typeof userHandle === 'string' ? { userHandle } : {}
  return { id, rawId, type, response: { ...others, ...handle }, clientExtensionResults: {} }
}

function toRegistrationResponse({
  id,
  rawId,
  response,
  type,
}: PasskeyRegistration): RegistrationResponseJSON {
  const { attestationObject, clientDataJSON } = response
  return { id, rawId, type, response: { attestationObject, clientDataJSON }, clientExtensionResults: {} }
}

function backupStateOf(device: 'multiDevice' | 'singleDevice', isBackedUp: boolean): BackupState {
  if (device === 'singleDevice') return 'device_bound'
  return isBackedUp ? 'backed_up' : 'eligible'
}

/** The library throws whatever is wrong with an answer. All of it comes from the client, and is a refusal (I11). */
async function unlessRefused<T>(verify: () => Promise<T>): Promise<T | null> {
  try {
    return await verify()
  } catch {
    return null
  }
}
