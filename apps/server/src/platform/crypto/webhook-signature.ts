import { createHmac, timingSafeEqual } from 'node:crypto'
import { minuteMs } from '../kernel/durations.ts'

/** What is signed: the id and the time are in headers, and the body is signed as it is sent. */
export interface SignedRequest {
  readonly id: string
  /** Whole seconds since 1970. */
  readonly timestamp: string
  readonly body: string
}

/** A request whose time is further from the clock is refused: it may be one that someone recorded. */
const toleranceMs = 5 * minuteMs

/**
 * The value of `webhook-signature` (Standard Webhooks 1.0.0, symmetric): libraries for many languages check it.
 * HMAC-SHA256 over id, time and body, so that none of them can be changed or combined with others.
 */
export function webhookSignature(key: Uint8Array, { id, timestamp, body }: SignedRequest): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

/** @param signatures the value of `webhook-signature`: several, separated by spaces, while a key is replaced */
export function isSignedWebhook(
  key: Uint8Array,
  request: SignedRequest,
  { signatures, now }: { readonly signatures: string; readonly now: Date },
): boolean {
  const { timestamp } = request
  const ageMs = now.getTime() - Number(timestamp) * 1_000
  // A time in the future is as suspicious as one in the past.
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(ageMs) > toleranceMs) return false
  const expected = Buffer.from(webhookSignature(key, request))
  return signatures.split(' ').some((each) => {
    const given = Buffer.from(each)
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

export function webhookTimestamp(now: Date): string {
  return String(Math.floor(now.getTime() / 1_000))
}
