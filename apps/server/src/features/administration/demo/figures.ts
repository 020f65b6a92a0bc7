import type { AccountId } from '../../../platform/kernel/ids.ts'
import {
  type Addition,
  activityPeriods,
  additionsOf,
  type Counted,
  countedOf,
  type Happened,
  startOf,
} from '../statistics/model.ts'
import type { DemoAccount, DemoEvent } from './events.ts'
import type { Chance } from './model.ts'

/** What the figures say of made-up people and events. */
export function demoFigures(
  people: readonly DemoAccount[],
  events: readonly DemoEvent[],
  chance: Chance,
): Addition[] {
  const happened = [
    ...people.map(({ createdAt }) => ({ what: added, at: new Date(createdAt), amount: 1 })),
    ...events.map((event) => ({ what: countedOf(event), at: new Date(event.at), amount: 1 })),
    ...messagesAfter(events, chance),
  ]
  return [...additionsOf(happened), ...activeIn(events)]
}

const nothing = { name: '', outcome: '', method: '', reason: '' }
const added: Counted = { ...nothing, figure: 'people', outcome: 'added' }

/** A new account gets a message, and so does who changes something. */
function messagesAfter(events: readonly DemoEvent[], chance: Chance): Happened[] {
  return events
    .filter(({ action, isOwn }) => action === 'registration' || (isOwn && action.endsWith('_change')))
    .map(({ at }) => {
      const outcome = chance() < 0.97 ? 'sent' : 'given_up'
      const what = { ...nothing, figure: 'message', name: 'mail', outcome } as const
      return { what, at: new Date(at), amount: 1 }
    })
}

/** Who signed in, in each day, week and month. */
function activeIn(events: readonly DemoEvent[]): Addition[] {
  const signIns = events.filter(({ action, outcome }) => action === 'sign_in' && outcome === 'success')
  return activityPeriods.flatMap((period) => {
    const active = new Map<number, Set<AccountId | null>>()
    for (const { accountId, at } of signIns) {
      const startsAt = startOf(period, new Date(at))
      active.set(startsAt, (active.get(startsAt) ?? new Set()).add(accountId))
    }
    return [...active].map(([startsAt, people]) => ({
      ...nothing,
      figure: 'active' as const,
      period,
      startsAt,
      amount: people.size,
    }))
  })
}
