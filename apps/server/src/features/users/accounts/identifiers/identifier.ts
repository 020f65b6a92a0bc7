import { withoutInvisible } from '../../../../platform/kernel/typed-text.ts'
import { canonicalEmail } from './email.ts'
import { canonicalPhoneNumbers } from './phone-number.ts'
import { canonicalUsername } from './username.ts'
import { hasNoLetter } from './username-rules.ts'

export interface Identifier {
  readonly kind: 'username' | 'email' | 'phone_number'
  readonly canonical: string
  /** The form in which an earlier numbering plan may have stored it, if that is another one. */
  readonly former?: string
}

/** In UTF-16 units: no identifier is longer, even with white space around it. */
const unitsMax = 1024

/**
 * Reads the identifier that a person typed to sign in. Its shape decides its kind: an email has "@", a phone number has
 * no letter, and everything else is a username. The rules for new identifiers do not apply: they may have been others
 * when the account was created. Marks that no one sees are dropped, because no identifier has them.
 * @returns null if no account can have such an identifier
 */
export function readTypedIdentifier(text: string, defaultRegion: string | null): Identifier | null {
  if (text.length > unitsMax) return null
  const typed = withoutInvisible(text).trim()
  // PostgreSQL cannot store NUL, and half of a surrogate pair has no form in UTF-8.
  if (typed === '' || /[\p{Cc}--\t]/v.test(typed) || !typed.isWellFormed()) return null
  const folded = typed.normalize('NFKC')
  if (folded.includes('@')) return identifier('email', canonicalEmail(typed))
  if (hasNoLetter(folded) || /^tel:/i.test(folded))
    return identifier('phone_number', ...canonicalPhoneNumbers(typed, defaultRegion))
  return identifier('username', canonicalUsername(typed))
}

function identifier(
  kind: Identifier['kind'],
  canonical: string | null = null,
  former?: string,
): Identifier | null {
  if (canonical === null) return null
  return { kind, canonical, ...(former !== undefined && { former }) }
}
