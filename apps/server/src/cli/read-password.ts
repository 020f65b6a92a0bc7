import { Failure, type Problem } from '../platform/kernel/failures.ts'
import { ask } from './ask.ts'
import { notUtf8, readInput } from './read-input.ts'

const forPassword = 'Password (empty for a generated secret): '

const severalLines: Problem = {
  code: 'several_lines',
  kind: 'invalid',
  title: 'Several lines',
  advice: 'The input has several lines, but a password is a single line. Give one line. Nothing was changed.',
}

/**
 * Asks for the password without echo at a terminal, and otherwise reads standard input. The password is never an
 * argument, because every user of the machine can read arguments and shells store them.
 * @returns undefined if nothing was entered
 * @throws `not_utf8`, `several_lines`
 */
export async function readPassword(question = forPassword): Promise<string | undefined> {
  const entered = process.stdin.isTTY ? await ask(question, { echo: false }) : await readInput()
  // The terminal has decoded what was typed. This character stands for bytes that are not UTF-8.
  if (entered.includes('\ufffd')) throw new Failure(notUtf8)
  const password = entered.replace(/\r?\n$/, '')
  if (/[\r\n]/.test(password)) throw new Failure(severalLines)
  return password === '' ? undefined : password
}
