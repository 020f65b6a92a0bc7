import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { LineBuffer } from './line-buffer.ts'

describe('lines of the log', () => {
  function buffer(): { lines: LineBuffer; writes: string[] } {
    const writes: string[] = []
    const write = (text: string | Uint8Array) => writes.push(String(text)) > 0
    return { lines: new LineBuffer({ write }), writes }
  }

  it('of one turn are written together and in order, once the turn is over', async () => {
    const { lines, writes } = buffer()
    lines.write('one\n')
    lines.write('two\n')
    expect(writes).toEqual([])
    await setImmediate()
    lines.write('three\n')
    await setImmediate()
    expect(writes).toEqual(['one\ntwo\n', 'three\n'])
  })

  it('are written at once when the process ends, and not again', async () => {
    const { lines, writes } = buffer()
    lines.write('last\n')
    lines.flush()
    lines.flush()
    await setImmediate()
    expect(writes).toEqual(['last\n'])
  })
})
