import { text } from 'node:stream/consumers'
import { ask } from './ask.ts'

const forPassword = 'Password (empty for a generated secret): '

/**
 * Asks for the password without echo at a terminal, and otherwise reads standard input. The password is never an
 * argument, because every user of the machine can read arguments and shells store them.
 * @returns undefined if nothing was entered
 */
export async function readPassword(question = forPassword): Promise<string | undefined> {
  const entered = process.stdin.isTTY ? await ask(question, { echo: false }) : await text(process.stdin)
  const password = entered.replace(/\r?\n$/, '')
  return password === '' ? undefined : password
}
