import { buffer } from 'node:stream/consumers'
import { Failure, type Problem } from '../platform/kernel/failures.ts'

export const notUtf8: Problem = {
  code: 'not_utf8',
  kind: 'invalid',
  title: 'Not UTF-8',
  advice:
    'The input is not UTF-8 text. Convert it, for example with iconv, and try again. Nothing was changed.',
}

/**
 * Reads all of standard input. Bytes that are not UTF-8 are refused: replaced by other characters, they would become a
 * password that no one can type.
 * @throws `not_utf8`
 */
export async function readInput(): Promise<string> {
  const bytes = await buffer(process.stdin)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Failure(notUtf8)
  }
}
