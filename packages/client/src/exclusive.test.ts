import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sharedStorage, slowStorage } from '../tests/support/tabs.ts'
import { exclusiveFor } from './exclusive.ts'

afterEach(() => void vi.unstubAllGlobals())

describe.each([
  ['Web Locks', false],
  ['claims in the storage', true],
])('work that only one tab may do at a time, by %s', (_, isOld) => {
  it('never runs in two tabs, although five begin at the same time', async () => {
    if (isOld) vi.stubGlobal('navigator', {})
    const storage = slowStorage(sharedStorage())
    let running = 0
    const seen: number[] = []
    const waited: boolean[] = []
    const work = async (hasWaited: boolean) => {
      seen.push(++running)
      waited.push(hasWaited)
      await sleep(1)
      running--
    }
    await Promise.all(Array.from({ length: 5 }, () => exclusiveFor('exclusive', storage)(work)))
    expect(seen).toEqual([1, 1, 1, 1, 1])
    expect(waited.slice(1)).toEqual([true, true, true, true])
    await exclusiveFor('exclusive', storage)(work)
    expect(waited.at(-1)).toBe(false)
  })

  it('lets the next tab in after it has failed', async () => {
    if (isOld) vi.stubGlobal('navigator', {})
    const exclusive = exclusiveFor('failing', sharedStorage())
    const failing = exclusive(() => Promise.reject(new Error('no answer')))
    await expect(failing).rejects.toThrow('no answer')
    expect(await exclusive(async () => 'done')).toBe('done')
  })
})
