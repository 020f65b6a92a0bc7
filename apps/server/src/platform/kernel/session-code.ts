/** Distinguishes session codes from other credentials, and lets secret scanners find them. */
export const sessionCodePrefix = 'pxs_'

/**
 * The prefix of the code of a session in which the owner can only add a first factor (I7). It is another one, so that no
 * route that takes a session code can take it by mistake.
 */
export const enrolmentPrefix = 'pxe_'

export function isEnrolmentCode(text: string): boolean {
  return text.startsWith(enrolmentPrefix)
}

const sessionCode = new RegExp(`^${sessionCodePrefix}[\\w-]{43}$`)

/** True if the text has the form of a session code. */
export function isSessionCode(text: string): boolean {
  return sessionCode.test(text)
}
