/** How messages to an email address are counted (A88). The address itself stays as it is. */
export interface CountedAddress {
  /** The mailbox. Spellings that are certainly the same mailbox share it. */
  readonly mailbox: string
  /** Spellings that may be the same mailbox share it. It has a larger cap, because they may be different people. */
  readonly spellings: string
}

/** Providers whose mailboxes ignore some characters: there, and only there, `a.b` and `ab` are certainly one person. */
const ignored: Readonly<Record<string, RegExp>> = {
  'gmail.com': /\./gu,
  'proton.me': /[._-]/gu,
  'protonmail.com': /[._-]/gu,
  'pm.me': /[._-]/gu,
}
const sameHost: Readonly<Record<string, string>> = { 'googlemail.com': 'gmail.com' }
const ignoredSomewhere = /[._-]/gu

/**
 * An attacker must neither flood a mailbox by writing its address in many ways, nor use up the caps of another person
 * whose address looks similar. So an address is counted apart from its variants: messages to `ab+1@example.com` do not
 * keep a message from `ab@example.com`. An address that its owner has verified is counted alone.
 * @param canonical the canonical form of an address
 */
export function countedAddress(canonical: string, { isVerified }: { isVerified: boolean }): CountedAddress {
  if (isVerified) return { mailbox: canonical, spellings: canonical }
  const at = canonical.lastIndexOf('@')
  const givenHost = canonical.slice(at + 1).toLowerCase()
  const host = sameHost[givenHost] ?? givenHost
  const local = canonical.slice(0, at).toLowerCase()
  const untagged = local.replace(/(?<=.)\+.*$/su, '')
  const without = (characters: RegExp | undefined) => {
    const rest = characters === undefined ? untagged : untagged.replaceAll(characters, '')
    const shared = `${rest === '' ? untagged : rest}@${host}`
    return shared === canonical ? shared : `variants of ${shared}`
  }
  return { mailbox: without(ignored[host]), spellings: without(ignoredSomewhere) }
}
