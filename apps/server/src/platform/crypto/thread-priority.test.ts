import { readdirSync, readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { getPriority } from 'node:os'
import { describe, expect, it } from 'vitest'
import { preferEventLoop } from './thread-priority.ts'

/** The priorities of the threads of this process with each name. */
function prioritiesByName(): Record<string, number[]> {
  const threads = readdirSync('/proc/self/task').map((id) => ({
    name: readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim(),
    priority: getPriority(Number(id)),
  }))
  const groups = Object.entries(Object.groupBy(threads, ({ name }) => name))
  return Object.fromEntries(groups.map(([name, group = []]) => [name, group.map(({ priority }) => priority)]))
}

describe.runIf(process.platform === 'linux')('the threads that hash passwords', () => {
  it('I13: leave the core to the event loop, and no others do', async () => {
    // Starts the threads.
    await stat('/')
    const { 'libuv-worker': before = [], ...others } = prioritiesByName()
    expect(before.length).toBeGreaterThan(0)
    preferEventLoop()
    // A second server in the same process changes nothing more.
    preferEventLoop()
    expect(prioritiesByName()).toEqual({ 'libuv-worker': before.map(() => getPriority() + 5), ...others })
  })
})
