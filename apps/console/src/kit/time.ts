const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })
const longDate = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long' })
const dateTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short' })
const moment = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
const relative = new Intl.RelativeTimeFormat('en-GB', { numeric: 'auto' })

export const formatDate = (time: string) => date.format(new Date(time))
export const formatLongDate = (time: string) => longDate.format(new Date(time))
export const formatDateTime = (time: string) => dateTime.format(new Date(time))
export const formatMoment = (time: string) => moment.format(new Date(time))

/** To the millisecond, in UTC, as the audit trail stores it. */
export function formatExactly(time: string): string {
  const [, rest = ''] = time.split('T')
  return `${longDate.format(new Date(time))}, ${rest.replace('Z', ' UTC')}`
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** How long ago, within a week; the date before that. */
export function formatAgo(time: string, now: number = Date.now()): string {
  const ageMs = now - Date.parse(time)
  if (ageMs >= 7 * 86_400_000) return formatDate(time)
  for (const [unit, unitMs] of units)
    if (ageMs >= unitMs) return relative.format(-Math.floor(ageMs / unitMs), unit)
  return 'Now'
}

const numbers = new Intl.NumberFormat('en-US')
export const formatNumber = (value: number) => numbers.format(value)

const short = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' })
const shortHour = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

/** A day of UTC, by which the server counts, or an hour. */
export const formatShort = (time: string, isHourly: boolean) =>
  (isHourly ? shortHour : short).format(new Date(time))
