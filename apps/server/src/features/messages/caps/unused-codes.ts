import { dayMs, hourMs } from '../../../platform/kernel/durations.ts'
import type { Recipient } from '../model.ts'
import { type CountedMessage, dayFactor, type MessageLimits, smsPerHourTo } from './model.ts'

/** What is counted of the codes that go to one country by text message, in one window of time. */
export interface CodeWatch {
  readonly sent: readonly string[]
  readonly used: readonly string[]
  readonly windowMs: number
  /** With fewer codes, chance decides how many are used. */
  readonly sentMin: number
}

/** People who ask for a code use most of them. Numbers that an attacker rents use none (A89). */
export const usedShareMin = 1 / 10
/** More than one network may send, which is a quarter: no one can stop the codes of a country alone. */
const watchedShare = 1 / 3
const watchedMin = 5

/** The counts that decide about a message; none if it is no code by text message. */
export function watchesOf(
  { recipient, carriesCode = false }: Pick<CountedMessage, 'recipient' | 'carriesCode'>,
  limits: MessageLimits | null,
): CodeWatch[] {
  const { channel, country } = recipient
  if (!carriesCode || channel !== 'sms' || country === null || limits === null) return []
  const sentMin = Math.max(watchedMin, Math.ceil(smsPerHourTo(country, limits) * watchedShare))
  return [
    { ...countsOf(recipient), windowMs: hourMs, sentMin },
    { ...countsOf(recipient), windowMs: dayMs, sentMin: sentMin * dayFactor },
  ]
}

/** True if so few of the codes were used that no more may be sent. Codes that are used later allow more again. */
export function isTripped({ sentMin }: CodeWatch, { sent, used }: { sent: number; used: number }): boolean {
  return sent >= sentMin && used < sent * usedShareMin
}

function countsOf({ country }: Recipient): Pick<CodeWatch, 'sent' | 'used'> {
  return { sent: ['codes_sent', country ?? ''], used: ['codes_used', country ?? ''] }
}
