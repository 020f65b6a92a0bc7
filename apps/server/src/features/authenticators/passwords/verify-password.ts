import { checkedByOldBackend } from '../../../platform/crypto/imported-hash.ts'
import type { PasswordHasher } from '../../../platform/crypto/password-hasher.ts'
import { readPassword } from '../../../platform/crypto/password-text.ts'
import type { OldBackend } from './old-backend.ts'
import type { StoredPassword } from './repository.ts'

interface Verifiers {
  readonly hasher: Pick<PasswordHasher, 'verify'>
  readonly oldBackend: OldBackend | null
}

/** A guess, when its turn has come. */
interface CountedGuess {
  readonly password: string
  /** Finds the identifier that a stranger gave, as the account has it; null if the caller is signed in. */
  readonly storedIdentifier: () => Promise<string | null>
  readonly clientKey: string
  /** Says whether the guess was taken. */
  readonly count: () => Promise<boolean>
}

interface VerifiedPassword {
  readonly version: string
  /** The stored hash, if another one should take its place. */
  readonly outdatedHash: string | null
}

/**
 * Does one hash in any case. If there is none here, the old backend says whether the password is right.
 * @returns null if the password is wrong
 */
export async function verifyPassword(
  { hasher, oldBackend }: Verifiers,
  stored: StoredPassword | null,
  { password, storedIdentifier, clientKey, count }: CountedGuess,
): Promise<VerifiedPassword | null> {
  const isElsewhere = stored?.hash === checkedByOldBackend
  // Before the guess is counted: while the backend fails, a right password must not count as a wrong one.
  if (isElsewhere) oldBackend?.assertAsked()
  let isTaken = false
  const onAdmitted = async () => {
    isTaken = await count()
  }
  const hash = isElsewhere ? null : (stored?.hash ?? null)
  const verdict = await hasher.verify(password, hash, { clientKey, onAdmitted })
  if (stored === null) return null
  const { version } = stored
  if (!isElsewhere)
    return verdict.matches ? { version, outdatedHash: verdict.needsRehash ? stored.hash : null } : null
  // A guess that came too early is not passed on: the limit of this server protects the old backend, too.
  if (!isTaken || readPassword(password) === null) return null
  const identifier = await storedIdentifier()
  if (identifier === null) return null
  // Without an address to ask, no password is right, as for an account whose password was blocked.
  const isRight = (await oldBackend?.check(identifier, password)) === true
  return isRight ? { version, outdatedHash: stored.hash } : null
}
