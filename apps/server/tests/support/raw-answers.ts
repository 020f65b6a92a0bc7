import { defaultTimeouts, type Timeouts } from '../../src/platform/http/timeouts.ts'
import { sendRaw } from './raw-socket.ts'
import type { Answer } from './test-client.ts'

/** For a server that waits only a moment for the rest of a body. */
export const impatience: Timeouts = {
  ...defaultTimeouts,
  check: 50,
  linger: 50,
  body: { ...defaultTimeouts.body, standstillMs: 100 },
}

export interface StalledCall {
  readonly method: string
  readonly path: string
  readonly type: string
  readonly token: string
}

/** Sends one byte of a longer body, and waits for the answer. */
export async function stall(url: string, { method, path, type, token }: StalledCall): Promise<Answer> {
  const head = [
    `${method.toUpperCase()} ${path} HTTP/1.1`,
    'Host: x',
    `Authorization: Bearer ${token}`,
    `Content-Type: ${type}`,
    'Content-Length: 9',
  ]
  return await rawAnswer(url, `${head.join('\r\n')}\r\n\r\n{`)
}

/** The answer to bytes that no HTTP client would send. */
export async function rawAnswer(url: string, bytes: string): Promise<Answer> {
  const answer = await sendRaw(url, bytes)
  return { ...answer, bytes: Buffer.from(answer.text), body: JSON.parse(answer.text) }
}
