import { dayMs, hourMs, startOfDay } from '../../../platform/kernel/durations.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { AuditAction, AuditOutcome } from '../../safeguards/audit/model.ts'
import { type Chance, pick } from './model.ts'
import type { DemoPerson } from './people.ts'

/** Something that a made-up person does, or that someone tries with their account. */
export interface DemoEvent {
  readonly action: AuditAction
  readonly outcome: AuditOutcome
  readonly accountId: AccountId | null
  /** True if the person does it, signed in. */
  readonly isOwn: boolean
  readonly method: string | null
  readonly reason: string | null
  readonly ipAddress: string
  readonly device: string
  readonly at: number
}

export interface DemoAccount extends DemoPerson {
  readonly id: AccountId
}

interface Span {
  readonly from: number
  readonly now: number
}

/** Fewer people sign in on Saturdays and Sundays. */
const weekendFactor = 0.6
/** Most do it in the morning and in the evening, in UTC. */
const busyHours = [
  5, 6, 6, 7, 7, 7, 8, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 17, 18, 18, 19, 19, 20, 21,
] as const
/** What people do after some of their sign-ins. */
const acts = ['password_change', 'username_change', 'picture_change', 'user_change', 'verification'] as const

/** What happens from the first day to now, in no order. */
export function demoEvents(
  people: readonly DemoAccount[],
  days: number,
  chance: Chance,
  now: Date,
): DemoEvent[] {
  const span = { from: startOfDay(now) - (days - 1) * dayMs, now: now.getTime() }
  return [...people.flatMap((person) => ofPerson(person, span, chance)), ...ofStrangers(people, span, chance)]
}

function ofPerson(person: DemoAccount, span: Span, chance: Chance): DemoEvent[] {
  const { createdAt, method } = person
  const events: DemoEvent[] = []
  if (createdAt >= span.from)
    events.push({ ...successOf(person, createdAt), action: 'registration', isOwn: false, method })
  for (let day = Math.max(span.from, startOfDay(new Date(createdAt))); day <= span.now; day += dayMs) {
    const isWeekend = [0, 6].includes(new Date(day).getUTCDay())
    if (chance() >= person.eagerness * (isWeekend ? weekendFactor : 1)) continue
    const at = timeOn(day, chance)
    events.push(...visit(person, at, chance))
  }
  return events.filter(({ at }) => at >= createdAt && at <= span.now)
}

/** A sign-in, now and then after a wrong password, and what follows it. */
function visit(person: DemoAccount, at: number, chance: Chance): DemoEvent[] {
  const { method } = person
  if (person.isSuspended) return [{ ...refusalOf(person, at), reason: 'account_suspended' }]
  const events: DemoEvent[] = []
  for (let wrong = 0; wrong < 3 && chance() < 0.06; wrong++)
    events.push({ ...refusalOf(person, at - (wrong + 1) * 20_000), reason: 'wrong_credentials' })
  events.push({ ...successOf(person, at), action: 'sign_in', method })
  if (chance() < 0.01) events.push({ ...successOf(person, at + 120_000), action: pick(chance, acts) })
  if (chance() < 0.3) events.push({ ...successOf(person, at + hourMs), action: 'sign_out' })
  return events
}

/** Some guess names and passwords. Once, someone does so all day. */
function ofStrangers(people: readonly DemoAccount[], span: Span, chance: Chance): DemoEvent[] {
  const dailyMax = Math.ceil(people.length / 50)
  const days = Math.floor((span.now - span.from) / dayMs) + 1
  const attackDay = Math.floor(days * (0.5 + chance() * 0.4))
  const events: DemoEvent[] = []
  for (let index = 0; index < days; index++) {
    const count = Math.floor(chance() * dailyMax) * (index === attackDay ? 8 : 1)
    for (let guess = 0; guess < count; guess++)
      events.push(guessAt(pick(chance, people), timeOn(span.from + index * dayMs, chance), chance))
  }
  return events.filter(({ at }) => at <= span.now)
}

function guessAt(victim: DemoAccount, at: number, chance: Chance): DemoEvent {
  const refused = { ...refusalOf(victim, at), ipAddress: `198.51.100.${1 + Math.floor(chance() * 254)}` }
  const kind = chance()
  if (kind < 0.6) return { ...refused, accountId: null, reason: 'unknown_account' }
  if (kind < 0.85) return { ...refused, reason: 'wrong_credentials' }
  return { ...refused, outcome: 'limited', reason: 'too_many_guesses' }
}

function successOf({ id, ipAddress, device }: DemoAccount, at: number) {
  const shared = { accountId: id, ipAddress, device, at, method: null, reason: null }
  return { ...shared, outcome: 'success', isOwn: true } as const
}

function refusalOf({ id, ipAddress, device, method }: DemoAccount, at: number) {
  const shared = { accountId: id, ipAddress, device, at, method }
  return { ...shared, action: 'sign_in', outcome: 'failure', isOwn: false } as const
}

function timeOn(day: number, chance: Chance): number {
  return day + pick(chance, busyHours) * hourMs + Math.floor(chance() * hourMs)
}
