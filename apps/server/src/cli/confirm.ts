import { Failure } from '../platform/kernel/failures.ts'
import { ask, notConfirmed } from './ask.ts'

/**
 * Asks a person at a terminal. Does not ask a script.
 * @throws `not_confirmed`
 */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) return
  const answer = await ask(`${question} [y/N] `, { echo: true })
  if (!/^y(es)?$/i.test(answer.trim())) throw new Failure(notConfirmed)
}
