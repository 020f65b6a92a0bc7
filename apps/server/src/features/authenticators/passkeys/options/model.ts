import { ceremonyMs } from '../ceremonies/model.ts'
import { algorithms, type Credential, type RelyingParty } from '../model.ts'

/** What a page hands to `navigator.credentials` (WebAuthn Level 3 §5.4, §5.5), as JSON (§5.1.8, §5.1.9). */
export type CreationOptions = ReturnType<typeof creationOptions>
export type RequestOptions = ReturnType<typeof requestOptions>

export type Attestation = 'none' | 'indirect' | 'direct' | 'enterprise'

/** How a credential is named to a browser. */
export type CredentialName = Pick<Credential, 'credentialId' | 'transports'>

export interface NewUser {
  readonly handle: string
  readonly name: string
  readonly displayName: string
}

export interface CreationParts {
  readonly challenge: string
  readonly relyingParty: RelyingParty
  readonly user: NewUser
  readonly attestation: Attestation
  /** Those of the same account: one authenticator makes one passkey for it. */
  readonly existing: readonly CredentialName[]
}

export function creationOptions(parts: CreationParts) {
  const { attestation, challenge, existing, relyingParty, user } = parts
  return {
    rp: { id: relyingParty.id, name: relyingParty.name },
    user: { id: user.handle, name: user.name, displayName: user.displayName },
    challenge,
    pubKeyCredParams: algorithms.map((alg) => ({ alg, type: 'public-key' as const })),
    timeout: ceremonyMs,
    excludeCredentials: existing.map(descriptor),
    // A discoverable credential needs no identifier. With user verification, it is two factors in one (NIST SP 800-63B-4
    // §3.1.7.1).
    authenticatorSelection: {
      residentKey: 'required' as const,
      requireResidentKey: true,
      userVerification: 'required' as const,
    },
    attestation,
    extensions: { credProps: true },
  }
}

export interface RequestParts {
  readonly challenge: string
  readonly relyingParty: RelyingParty
  readonly allowed: readonly CredentialName[]
}

export function requestOptions({ allowed, challenge, relyingParty }: RequestParts) {
  return {
    challenge,
    rpId: relyingParty.id,
    timeout: ceremonyMs,
    allowCredentials: allowed.map(descriptor),
    userVerification: 'required' as const,
  }
}

function descriptor({ credentialId, transports }: CredentialName) {
  return {
    id: credentialId,
    type: 'public-key' as const,
    transports: [...transports],
  }
}
