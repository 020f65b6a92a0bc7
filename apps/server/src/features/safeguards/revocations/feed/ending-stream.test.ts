import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { endingStream } from './ending-stream.ts'

describe('the stream of an answer', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())

  it('I13: ends after its time, although the client takes nothing', async () => {
    const ended = Promise.withResolvers<void>()
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(100_000)
      } finally {
        ended.resolve()
      }
    }
    const stream = endingStream(endless(), 70_000)
    stream.read(0)
    await once(stream, 'readable')
    vi.advanceTimersByTime(69_999)
    expect(stream.destroyed).toBe(false)
    vi.advanceTimersByTime(1)
    expect(stream.destroyed).toBe(true)
    await ended.promise
  })

  it('gives everything to a client that takes it, and keeps no timer', async () => {
    async function* two() {
      yield Buffer.from('one ')
      yield Buffer.from('two')
    }
    expect(await text(endingStream(two(), 70_000))).toBe('one two')
    await vi.waitFor(() => expect(vi.getTimerCount()).toBe(0))
  })
})
