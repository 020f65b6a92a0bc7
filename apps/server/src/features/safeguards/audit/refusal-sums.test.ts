import { describe, expect, it } from 'vitest'
import { type AccountId, newId, type SessionId } from '../../../platform/kernel/ids.ts'
import { type AuditEvent, sumsMax } from './model.ts'
import { RefusalSums } from './refusal-sums.ts'

const eventOf = (given: Partial<AuditEvent> = {}): AuditEvent => ({
  action: 'sign_in',
  outcome: 'failure',
  accountId: null,
  actorId: null,
  credentialId: null,
  target: null,
  sessionId: null,
  method: 'password',
  reason: null,
  requestId: null,
  ipAddress: '192.0.2.1',
  device: null,
  changes: null,
  ...given,
})

describe('the sums of refusals', () => {
  it('are one for each account, action, outcome and method, without addresses and sessions', () => {
    const sums = new RefusalSums()
    const accountId = newId<AccountId>()
    for (const ipAddress of ['192.0.2.1', '192.0.2.2'])
      sums.add(eventOf({ accountId, ipAddress, requestId: newId(), device: `Firefox at ${ipAddress}` }))
    sums.add(eventOf({ accountId, outcome: 'limited', sessionId: newId<SessionId>() }))
    sums.add(eventOf({ accountId, method: 'user_secret' }))
    sums.add(eventOf({ accountId, action: 'restoration' }))
    sums.add(eventOf())
    const anywhere = { accountId, ipAddress: null }
    expect(sums.take()).toEqual([
      { event: eventOf(anywhere), occurrences: 2 },
      { event: eventOf({ ...anywhere, outcome: 'limited' }), occurrences: 1 },
      { event: eventOf({ ...anywhere, method: 'user_secret' }), occurrences: 1 },
      { event: eventOf({ ...anywhere, action: 'restoration' }), occurrences: 1 },
      { event: eventOf({ ipAddress: null }), occurrences: 1 },
    ])
    expect(sums.take()).toEqual([])
  })

  it('I13: are bounded: further accounts are counted together, and lose no refusal', () => {
    const sums = new RefusalSums()
    const known = newId<AccountId>()
    sums.add(eventOf({ accountId: known }))
    for (let index = 0; index < 2 * sumsMax; index++) sums.add(eventOf({ accountId: newId<AccountId>() }))
    sums.add(eventOf({ accountId: known }))
    const taken = sums.take()
    expect(taken).toHaveLength(sumsMax + 1)
    expect(taken[0]?.occurrences).toBe(2)
    expect(taken.at(-1)).toMatchObject({ event: { accountId: null }, occurrences: sumsMax + 1 })
  })
})
