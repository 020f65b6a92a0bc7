import { createInterface } from 'node:readline/promises'
import { Failure, type Problem } from '../platform/kernel/failures.ts'

const notConfirmed: Problem = {
  code: 'not_confirmed',
  kind: 'forbidden',
  title: 'Not confirmed',
  advice: 'Nothing was done.',
}

/** Asks a person at a terminal; a script has said what it wants. @throws `not_confirmed` */
export async function confirm(question: string): Promise<void> {
  if (!process.stdin.isTTY) return
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  try {
    const answer = await terminal.question(`${question} [y/N] `)
    if (!/^y(es)?$/i.test(answer.trim())) throw new Failure(notConfirmed)
  } finally {
    terminal.close()
  }
}
