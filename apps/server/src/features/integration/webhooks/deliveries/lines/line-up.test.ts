import { describe, expect, it } from 'vitest'
import type { AccountId, AuditEventId } from '../../../../../platform/kernel/ids.ts'
import type { OwedEvent } from '../model.ts'
import { lineUp } from './line-up.ts'
import type { Tail } from './repository.ts'

const accountId = 'amina' as AccountId

function event(block: number, id: string): OwedEvent {
  return { id: id as AuditEventId, block, type: 'user.changed', accountId, at: new Date(0), body: '' }
}

function tail(block: number, id: string, { isHead }: { isHead: boolean }): Tail {
  return { eventId: id as AuditEventId, accountId, block, isHead }
}

/** Each delivery as its id, with `!` if it is due and `>` if another follows. */
function shown(events: readonly OwedEvent[], last: Tail | null): string {
  const { placed, followsTail } = lineUp(events, last)
  const line = placed.map((each) => `${each.isDue ? '!' : ''}${each.event.id}${each.isFollowed ? '>' : ''}`)
  return `${followsTail ? '… ' : ''}${line.join(' ')}`
}

describe('the line of one endpoint and one person', () => {
  it('begins with its first delivery, in the order of the trail', () => {
    expect(shown([event(2, 'c'), event(1, 'z'), event(2, 'b')], null)).toBe('!z> b> c')
  })

  it('goes on after its last delivery', () => {
    expect(shown([event(5, 'x'), event(4, 'w')], tail(3, 'c', { isHead: true }))).toBe('… w> x')
    expect(shown([event(5, 'x')], tail(3, 'c', { isHead: false }))).toBe('… x')
    expect(shown([event(3, 'd')], tail(3, 'c', { isHead: false }))).toBe('… d')
  })

  it('keeps its last delivery if those that are added, for example by a replay, come before it', () => {
    expect(shown([event(1, 'a'), event(2, 'b')], tail(3, 'c', { isHead: false }))).toBe('a> b>')
  })

  it('gets another last delivery if the only one is under way', () => {
    expect(shown([event(1, 'a'), event(2, 'b')], tail(3, 'c', { isHead: true }))).toBe('… a> b')
  })
})
