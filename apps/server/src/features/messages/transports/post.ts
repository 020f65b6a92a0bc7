import { DeliveryFailure } from '../model.ts'

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

/** @throws DeliveryFailure if there is no answer. It never has the text of the other server, which may name the recipient. */
export async function post(url: string, options: PostOptions): Promise<Response> {
  try {
    // A redirect leads to an address that the operator did not configure, and would take the credential there (A121).
    return await fetch(url, { method: 'POST', redirect: 'error', ...options })
  } catch {
    throw new DeliveryFailure(options.signal.aborted ? 'http timeout' : 'http unreachable')
  }
}

/** Longer than any answer of a provider. */
const answerMaxBytes = 65_536

/** The JSON of an answer; null if it is none, or too long. */
export async function readAnswer(response: Response): Promise<unknown> {
  let text = ''
  try {
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece
      if (text.length > answerMaxBytes) return null
    }
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** A member of an answer that may have any form. */
export function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

export function basicCredentials(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
}
