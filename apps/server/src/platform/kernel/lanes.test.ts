import { describe, expect, it } from 'vitest'
import { Lanes } from './lanes.ts'

/** A path for each letter: `nca` is network n, client c, account a. */
function lanesOf(paths: readonly string[]): Lanes<string> {
  const lanes = new Lanes<string>()
  for (const [index, path] of paths.entries()) lanes.add(`${path}${index}`, path.split(''))
  return lanes
}

function drain(lanes: Lanes<string>): string[] {
  const items = []
  for (let next = lanes.takeNext(); next !== undefined; next = lanes.takeNext()) items.push(next)
  return items
}

describe('lanes', () => {
  it('serve networks in turn, then the clients of each, then their accounts', () => {
    const lanes = lanesOf(['aaa', 'aaa', 'aab', 'aba', 'aca', 'aca', 'baa', 'baa', 'cac'])
    expect(drain(lanes)).toEqual(['aaa0', 'baa6', 'cac8', 'aba3', 'baa7', 'aca4', 'aab2', 'aca5', 'aaa1'])
    expect(lanes.isEmpty).toBe(true)
  })

  it('remove an item of a lane, and keep the turns of the others', () => {
    const lanes = lanesOf(['aa', 'aa', 'ba', 'ca', 'aa'])
    lanes.remove('aa1', ['a', 'a'])
    lanes.remove('ba2', ['b', 'a'])
    for (const path of [['x', 'y'], ['a', 'a'], ['a']]) lanes.remove('xy9', path)
    expect(drain(lanes)).toEqual(['aa0', 'ca3', 'aa4'])
    expect(lanes.takeNext()).toBeUndefined()
  })
})
