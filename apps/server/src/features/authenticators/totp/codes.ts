import { timingSafeEqual } from 'node:crypto'
import { digits, driftSteps, secretBytes, stepAt } from './model.ts'

/** The codes of RFC 6238, by otplib, which is loaded when the first account uses an authenticator app. */

/** A random secret in base32. */
export async function newSecret(): Promise<string> {
  const { generateSecret } = await import('otplib')
  return generateSecret({ length: secretBytes })
}

/** The code of one time step. */
export async function codeAt(secret: string, step: number): Promise<string> {
  const { generate } = await import('otplib')
  return await generate({ strategy: 'hotp', algorithm: 'sha1', digits, secret, counter: step })
}

/**
 * The time step for which the code is right, among those that the drift of clocks allows; null if there is none. It
 * computes all of them, and compares without revealing how many digits are right (ASVS 11.2.4, A86).
 */
export async function stepOf(secret: string, code: string, now: Date): Promise<number | null> {
  const current = stepAt(now)
  let found: number | null = null
  for (let step = current - driftSteps; step <= current + driftSteps; step++)
    if (isSame(await codeAt(secret, step), code)) found = step
  return found
}

/** Compares without revealing how many characters are the same (ASVS 11.2.4). */
export function isSame(expected: string, given: string): boolean {
  const [one, other] = [Buffer.from(expected), Buffer.from(given)]
  return one.length === other.length && timingSafeEqual(one, other)
}
