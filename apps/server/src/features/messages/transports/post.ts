import { OutgoingFailure } from '../../../platform/outgoing/failure.ts'
import type { OutgoingAnswer, OutgoingRequests } from '../../../platform/outgoing/outgoing.ts'
import { DeliveryFailure } from '../model.ts'

/** Sends to addresses that the operator has configured. */
export type Outgoing = Pick<OutgoingRequests, 'post'>

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly signal: AbortSignal
}

/** Longer than any answer of a provider. */
const answerMaxBytes = 65_536

/** @throws DeliveryFailure if there is no answer. It never has the text of the other server, which may name the recipient. */
export async function post(outgoing: Outgoing, url: string, options: PostOptions): Promise<OutgoingAnswer> {
  try {
    return await outgoing.post(url, { ...options, answerMaxBytes })
  } catch (error) {
    if (error instanceof OutgoingFailure) throw new DeliveryFailure(`http ${error.code}`)
    throw error
  }
}

export function isSuccess({ status }: OutgoingAnswer): boolean {
  return status >= 200 && status < 300
}

/** The JSON of an answer; null if it is none, or too long. */
export function jsonOf({ body }: OutgoingAnswer): unknown {
  try {
    return JSON.parse(body ?? '')
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
