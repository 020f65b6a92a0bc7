import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { Failure, type Problem } from '../platform/kernel/failures.ts'

export const notConfirmed: Problem = {
  code: 'not_confirmed',
  kind: 'forbidden',
  title: 'Not confirmed',
  advice: 'Nothing was changed.',
}

/**
 * Asks on standard error, so that standard output has only results.
 * @throws `not_confirmed` on Ctrl-C and Ctrl-D
 */
export async function ask(question: string, { echo }: { echo: boolean }): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
  const output = echo ? process.stderr : silence
  const terminal = createInterface({ input: process.stdin, output, terminal: true })
  // Without echo, readline would not print the question either.
  if (!echo) process.stderr.write(question)
  let hasAnswer = false
  try {
    const answer = await terminal.question(echo ? question : '')
    hasAnswer = true
    return answer
  } catch (error) {
    throw error instanceof Error && error.name === 'AbortError' ? new Failure(notConfirmed) : error
  } finally {
    terminal.close()
    if (!(echo && hasAnswer)) process.stderr.write('\n')
  }
}
