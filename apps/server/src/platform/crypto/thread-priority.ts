import { readdirSync, readFileSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'

/** The name that libuv gives the threads of its pool. Passwords are hashed there, and files are written to the disk. */
const poolThread = 'libuv-worker'
/** A step that leaves a thread a quarter of a core that another thread wants too. */
const steps = 5

/**
 * Lets the event loop run before the hashes. As many passwords are hashed at once as there are cores. Without this, every
 * call would wait behind them for a core, and a flood of sign-ins would delay everyone (I13). Call it once the pool has
 * threads. Only Linux has a priority for each thread, and some sandboxes allow no change. The server works without it.
 */
export function preferEventLoop(): void {
  const priority = Math.min(getPriority() + steps, constants.priority.PRIORITY_LOW)
  try {
    for (const id of poolThreads()) if (getPriority(id) < priority) setPriority(id, priority)
  } catch (error) {
    if (!isSystemError(error)) throw error
  }
}

function poolThreads(): number[] {
  const ids = readdirSync('/proc/self/task')
  return ids.filter((id) => nameOf(id) === poolThread).map(Number)
}

function nameOf(id: string): string {
  return readFileSync(`/proc/self/task/${id}/comm`, 'utf8').trim()
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}
