import { text } from 'node:stream/consumers'
import { ask } from './ask.ts'

const forPassword = 'Password (empty for a generated secret): '

/**
 * Never an argument, which every user of the machine can read and which shells keep. Asked for without echo at a
 * terminal, and otherwise read from standard input. @returns undefined where nothing was entered
 */
export async function readPassword(question = forPassword): Promise<string | undefined> {
  const entered = process.stdin.isTTY ? await ask(question, { echo: false }) : await text(process.stdin)
  const password = entered.replace(/\r?\n$/, '')
  return password === '' ? undefined : password
}
