/**
 * The maximum length of an accepted password in UTF-16 units: 256 code points (the policy's limit), each written as
 * at most four (the most that NFKC composes into one), each of at most two units.
 */
export const passwordUnitsMax = 2048

/**
 * The only form in which a password is counted and hashed: NFKC, as NIST SP 800-63B-4 §3.1.1.2 requires, so that the
 * same password typed on two keyboards gives the same bytes. Case and spaces stay as they are.
 *
 * @returns null if the text cannot be a password: longer than `passwordUnitsMax`, or not well-formed Unicode
 */
export function readPassword(password: string): string | null {
  // Check the length before normalising, which takes time that grows with the square of a run of combining marks:
  // 100,000 of them hold the process for seconds.
  if (password.length > passwordUnitsMax) return null
  // A lone surrogate has no UTF-8 form: it would be hashed as U+FFFD, and so would every other one.
  if (!password.isWellFormed()) return null
  return password.normalize('NFKC')
}
