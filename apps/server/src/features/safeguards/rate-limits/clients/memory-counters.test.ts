import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { clientKey, networkKey } from '../../../../platform/kernel/addresses.ts'
import { MemoryCounters } from './memory-counters.ts'

const policy = { name: 'login', quota: 3, windowSeconds: 60 }

/** Each in a network of its own. */
const stranger = (index: number) => `2001:${(index >> 16).toString(16)}:${(index & 65_535).toString(16)}:1::1`
const wideStranger = (index: number) => `2001:${index.toString(16)}:1:1::1`

function allowed(counters: MemoryCounters, client: string, tries = 10): number {
  const states = Array.from({ length: tries }, () => counters.take(policy, client))
  return states.filter(({ isExceeded }) => !isExceeded).length
}

describe('counters in memory', () => {
  it('begin a window with the first use, and again after its end', () => {
    let nowMs = 0.5
    const counters = new MemoryCounters({ now: () => nowMs })
    expect(counters.take(policy, 'a')).toEqual({ isExceeded: false, remaining: 2, resetSeconds: 61 })
    nowMs = 59_999
    expect(allowed(counters, 'a')).toBe(2)
    expect(counters.take(policy, 'a')).toEqual({ isExceeded: true, remaining: 0, resetSeconds: 1 })
    nowMs = 60_001
    expect(allowed(counters, 'a')).toBe(3)
    expect(counters.size).toBe(1)
  })

  it('take back a use, and never more than were made', () => {
    const counters = new MemoryCounters()
    counters.refund(policy, 'a')
    expect(allowed(counters, 'a')).toBe(3)
    counters.refund(policy, 'a')
    expect(allowed(counters, 'a')).toBe(1)
    for (let refund = 0; refund < 10; refund++) counters.refund(policy, 'a')
    expect(allowed(counters, 'a')).toBe(3)
  })

  it('I13: keep the clients that have one, and let new ones of a wide network share one when there is no room', () => {
    const counters = new MemoryCounters({ clientsMax: 10 })
    const early = Array.from({ length: 10 }, (_, index) => `192.0.2.${index}`)
    for (const client of early) counters.take(policy, client)
    const late = Array.from({ length: 100 }, (_, index) => `198.51.${index}.1`)
    const taken = late.map((client) => allowed(counters, client, 1))
    expect(taken.reduce((sum, each) => sum + each, 0)).toBe(policy.quota)
    for (const client of early) expect(allowed(counters, client)).toBe(2)
    expect(counters.size).toBe(11)
    counters.refund(policy, late[50] ?? '')
    expect(allowed(counters, late[0] ?? '')).toBe(1)
  })

  it('I13: have room again when windows end, and always for the clients of other limits', () => {
    let nowMs = 0
    const counters = new MemoryCounters({ clientsMax: 1, now: () => nowMs })
    const lateComers = () => allowed(counters, '198.51.0.1') + allowed(counters, '198.51.0.2')
    counters.take(policy, '192.0.2.1')
    counters.take({ ...policy, name: 'other', windowSeconds: 86_400 }, '192.0.2.1')
    expect(lateComers()).toBe(policy.quota)
    nowMs = 60_000
    counters.take({ ...policy, name: 'another' }, '192.0.2.1')
    expect(allowed(counters, '198.51.0.3')).toBe(policy.quota)
    expect(lateComers()).toBe(policy.quota)
  })

  it('I11, I13: never have more than a fixed number, and never open', () => {
    const counters = new MemoryCounters({ clientsMax: 1_000 })
    const count = 20_000
    let used = 0
    for (let index = 0; index < count; index++) used += allowed(counters, clientKey(wideStranger(index)), 1)
    // 1,000 of their own, and 1,024 that they share.
    expect(counters.size).toBeLessThanOrEqual(2_024)
    expect(used).toBeLessThanOrEqual(1_000 + 1_024 * policy.quota)
  })

  it('I13: take at most 20 MB for 300,000 unknown addresses and their networks', { tags: 'long' }, () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const counters = new MemoryCounters()
    collect()
    const before = process.memoryUsage().heapUsed
    for (let index = 0; index < 300_000; index++) {
      counters.take(policy, clientKey(stranger(index)))
      counters.take({ ...policy, name: 'login-network' }, networkKey(stranger(index)))
    }
    collect()
    const addedBytes = process.memoryUsage().heapUsed - before
    expect(counters.size).toBeGreaterThanOrEqual(60_000)
    expect(addedBytes).toBeLessThan(20_000_000)
  })
})
