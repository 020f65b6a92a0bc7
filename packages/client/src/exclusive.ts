import { sleep } from './retries.ts'
import type { SessionStorage } from './stored-session.ts'

/**
 * Runs `work` while no other tab runs its own.
 * @param work gets true if it had to wait for another tab
 */
export type Exclusive = <T>(work: (hasWaited: boolean) => Promise<T>) => Promise<T>

interface Locks {
  request<T>(
    name: string,
    options: { ifAvailable: boolean },
    work: (lock: object | null) => T,
  ): Promise<Awaited<T>>
}

export function exclusiveFor(name: string, storage: SessionStorage): Exclusive {
  const { navigator } = globalThis as unknown as { navigator?: { locks?: Locks } }
  const locks = navigator?.locks
  return locks === undefined ? byClaim(`${name}.refreshing`, storage) : byLock(name, locks)
}

function byLock(name: string, locks: Locks): Exclusive {
  return async <T>(work: (hasWaited: boolean) => Promise<T>) => {
    const now = async (lock: object | null) => (lock === null ? null : { result: await work(false) })
    const done = await locks.request(name, { ifAvailable: true }, now)
    return done === null ? await locks.request(name, { ifAvailable: false }, () => work(true)) : done.result
  }
}

/**
 * A claim ends by itself, in case its tab is closed. This is less than the grace time of the server, in which another
 * tab may repeat the refresh (`PROXIMA_REFRESH_GRACE_SECONDS`, ten seconds).
 */
const claimMs = 5_000
/** Of two tabs that write a claim at the same time, both must see the later one. */
const settleMs = 25
const pollMs = 50

/**
 * For browsers without Web Locks. Storage cannot compare and write in one step, so in rare cases two tabs still refresh
 * at the same time. The server then gives both the same tokens.
 */
function byClaim(key: string, storage: SessionStorage): Exclusive {
  return async (work) => {
    const { own, hasWaited } = await claim(key, storage)
    try {
      return await work(hasWaited)
    } finally {
      if ((await storage.getItem(key)) === own) await storage.removeItem(key)
    }
  }
}

async function claim(key: string, storage: SessionStorage): Promise<{ own: string; hasWaited: boolean }> {
  for (let hasWaited = false; ; hasWaited = true) {
    if (!isLive(await storage.getItem(key))) {
      const own = `${Date.now() + claimMs} ${Math.random()}`
      await storage.setItem(key, own)
      await sleep(settleMs)
      if ((await storage.getItem(key)) === own) return { own, hasWaited }
    }
    await sleep(pollMs)
  }
}

function isLive(claimed: string | null): boolean {
  const endsAt = Number.parseInt(claimed ?? '0', 10)
  // A clock that was set back must not keep a claim alive.
  return endsAt > Date.now() && endsAt <= Date.now() + claimMs
}
