/** Distinguishes session codes from other credentials, and lets secret scanners find them. */
export const sessionCodePrefix = 'pxs_'

const sessionCode = new RegExp(`^${sessionCodePrefix}[\\w-]{43}$`)

/** True if the text has the form of a session code. */
export function isSessionCode(text: string): boolean {
  return sessionCode.test(text)
}
