import type { KeyedDigests } from '../../../platform/crypto/keyed-digests.ts'
import type { CredentialName } from './options/model.ts'

/** What passkeys look like whose providers most people use: the bytes of the id, and the transports. */
const shapes = [
  { idBytes: 20, transports: ['hybrid', 'internal'] },
  { idBytes: 16, transports: ['hybrid', 'internal'] },
  { idBytes: 32, transports: ['internal'] },
] as const

/**
 * The passkeys of an identifier that has none, or that no account has. They look like real ones, and stay the same for an
 * identifier, so that the answer does not reveal who has an account (I4, WebAuthn Level 3 §14.6.2).
 * @param typed the identifier in its canonical form
 */
export function decoyCredentials(
  keyedDigests: Pick<KeyedDigests, 'digest'>,
  typed: readonly string[],
): readonly CredentialName[] {
  const bytes = (part: string) =>
    Buffer.from(keyedDigests.digest('decoy passkey', [part, ...typed]), 'base64url')
  const shape = shapes[(bytes('shape')[0] ?? 0) % shapes.length] ?? shapes[0]
  return [
    {
      credentialId: bytes('id').subarray(0, shape.idBytes).toString('base64url'),
      transports: shape.transports,
    },
  ]
}
