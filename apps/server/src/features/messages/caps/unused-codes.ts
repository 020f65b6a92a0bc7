import { dayMs, hourMs } from '../../../platform/kernel/durations.ts'
import { type CountedMessage, dayFactor, type MessageLimits, smsPerHourTo } from './model.ts'

/** What is counted of the codes that go to one country, or anywhere, by text message, in one window of time. */
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
/** More than one country can get (unless it is the operator's own), so that the countries where codes go unused stop first. */
const watchedOverallShare = 1 / 2
const watchedMin = 5

/** The counts that decide about a message; none if it is no code by text message. */
export function watchesOf(
  { recipient, carriesCode = false }: Pick<CountedMessage, 'recipient' | 'carriesCode'>,
  limits: MessageLimits | null,
): CodeWatch[] {
  const { channel, country } = recipient
  if (!carriesCode || channel !== 'sms' || limits === null) return []
  return [
    ...(country === null ? [] : hourAndDay(country, smsPerHourTo(country, limits) * watchedShare)),
    // An attacker can spread the numbers over many countries, and stay below the watch of each.
    ...hourAndDay('all', limits.smsPerHour * watchedOverallShare),
  ]
}

/** True if so few of the codes were used that no more may be sent. Codes that are used later allow more again. */
export function isTripped({ sentMin }: CodeWatch, { sent, used }: { sent: number; used: number }): boolean {
  return sent >= sentMin && used < sent * usedShareMin
}

/** @param where a country, or `all`: no country has that name */
function hourAndDay(where: string, codesMin: number): CodeWatch[] {
  const counted = { sent: ['codes_sent', where], used: ['codes_used', where] }
  const sentMin = Math.max(watchedMin, Math.ceil(codesMin))
  return [
    { ...counted, windowMs: hourMs, sentMin },
    { ...counted, windowMs: dayMs, sentMin: sentMin * dayFactor },
  ]
}
