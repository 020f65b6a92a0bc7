import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'

/**
 * Never an argument, which every user of the machine can read and which shells keep. Asked for without echo at a
 * terminal, and otherwise read from standard input. @returns undefined where nothing was entered
 */
export async function readPassword(): Promise<string | undefined> {
  const entered = process.stdin.isTTY
    ? await ask('Password (empty for a generated secret): ')
    : await text(process.stdin)
  const password = entered.replace(/\r?\n$/, '')
  return password === '' ? undefined : password
}

async function ask(question: string): Promise<string> {
  const silence = new Writable({ write: (_chunk, _encoding, done) => done() })
  const terminal = createInterface({ input: process.stdin, output: silence, terminal: true })
  try {
    process.stderr.write(question)
    return await terminal.question('')
  } finally {
    terminal.close()
    process.stderr.write('\n')
  }
}
