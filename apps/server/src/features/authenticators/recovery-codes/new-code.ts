import { randomInt } from 'node:crypto'
import { alphabet, codeLength } from './model.ts'

/** A new code in its canonical form, from the CSPRNG of the system. */
export function newRecoveryCode(): string {
  return Array.from({ length: codeLength }, () => alphabet.charAt(randomInt(alphabet.length))).join('')
}
