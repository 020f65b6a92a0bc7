import { type Count, channels, type Share, type Totals } from './model.ts'

/** Refused because of a wrong secret, or after too many of them. */
const refusals: readonly string[] = ['failure', 'limited']

export function totalsOf(counts: readonly Count[]): Totals {
  const events = counts.filter(({ figure }) => figure === 'event')
  const signIns = events.filter(({ name }) => name === 'sign_in')
  const done = signIns.filter(({ outcome }) => outcome === 'success')
  const refused = signIns.filter(({ outcome }) => refusals.includes(outcome))
  return {
    signUps: sumOf(events.filter(({ name, outcome }) => name === 'registration' && outcome === 'success')),
    signIns: sumOf(done),
    refusedSignIns: sumOf(refused),
    signInsByMethod: sharesOf(done, ({ method }) => method),
    refusedByReason: sharesOf(refused, ({ reason }) => reason),
    messages: channels.map((channel) => ({
      channel,
      sent: sumOf(messagesOf(counts, channel, 'sent')),
      givenUp: sumOf(messagesOf(counts, channel, 'given_up')),
    })),
  }
}

/** By how many the accounts of people became more. */
export function peopleChange(counts: readonly Count[]): number {
  const people = counts.filter(({ figure }) => figure === 'people')
  const of = (wanted: string) => sumOf(people.filter(({ outcome }) => outcome === wanted))
  return of('added') - of('removed')
}

function messagesOf(counts: readonly Count[], channel: string, ended: string): Count[] {
  return counts.filter(
    ({ figure, name, outcome }) => figure === 'message' && name === channel && outcome === ended,
  )
}

function sharesOf(counts: readonly Count[], toValue: (count: Count) => string): Share[] {
  return [...Map.groupBy(counts, toValue)]
    .map(([value, own]) => ({ value, count: sumOf(own) }))
    .toSorted((one, other) => other.count - one.count || (one.value < other.value ? -1 : 1))
}

function sumOf(counts: readonly Count[]): number {
  return counts.reduce((sum, { counted }) => sum + counted, 0)
}
