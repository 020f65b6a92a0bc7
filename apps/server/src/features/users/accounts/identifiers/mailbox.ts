/**
 * The mailbox of an email address, for counting only: without the tag and the dots of the local part. `a.b+c@example.com`
 * is another address than `ab@example.com`, but with many providers it is the same mailbox, which anyone could flood
 * through any number of tags (A88).
 * @param canonical the canonical form of an address
 */
export function mailboxOf(canonical: string): string {
  const at = canonical.lastIndexOf('@')
  const local = canonical.slice(0, at).toLowerCase()
  const untagged = local.replace(/(?<=.)\+.*$/su, '').replaceAll('.', '')
  return `${untagged === '' ? local : untagged}${canonical.slice(at).toLowerCase()}`
}
