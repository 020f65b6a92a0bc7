import { createHash, randomBytes } from 'node:crypto'
import { wideNetworkKey } from '../../../../platform/kernel/addresses.ts'
import type { LimitPolicy, LimitState } from '../../../../platform/kernel/limiter.ts'

/** Room for this many clients of each limit, which takes about 5 MB. */
const clientsMax = 30_000
/** How many counters the clients of one limit share for whom there is no room. */
const sharedCounters = 1_024

interface Counter {
  used: number
  /** On a clock that never goes back, so that a clock that is set cannot open or close a limit. */
  readonly endsMs: number
}

/** All windows of a limit are equally long, so the counters end in the order of the maps. */
interface Limit {
  readonly own: Map<string, Counter>
  readonly shared: Map<number, Counter>
}

export interface MemoryCountersOptions {
  readonly clientsMax?: number
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number
}

/**
 * Counts in memory, in fixed windows that begin with the first use. The memory has a fixed upper bound (I13): an
 * attacker who announces an IPv6 /32 has 65,536 networks of /48. If a limit has no room left, its new clients share a
 * counter with others of their wide network (IPv4 /16, IPv6 /32), and with some other networks. So this limit becomes
 * stricter for them, and never opens (I11). Other limits are not affected: some have a window of a day.
 */
export class MemoryCounters {
  readonly #clientsMax: number
  readonly #now: () => number
  /** By the name of the limit. */
  readonly #limits = new Map<string, Limit>()
  /** So that no one can choose with whom they share a counter. */
  readonly #salt = randomBytes(16)

  constructor(options: MemoryCountersOptions = {}) {
    this.#clientsMax = options.clientsMax ?? clientsMax
    this.#now = options.now ?? (() => performance.now())
  }

  /** How many counters there are now. */
  get size(): number {
    return [...this.#limits.values()].reduce((sum, { own, shared }) => sum + own.size + shared.size, 0)
  }

  take({ name, quota, windowSeconds }: LimitPolicy, client: string): LimitState {
    const now = this.#now()
    const counter = this.#find(name, client, now) ?? this.#add(name, client, now, windowSeconds)
    const isExceeded = counter.used >= quota
    if (!isExceeded) counter.used += 1
    return {
      isExceeded,
      remaining: quota - counter.used,
      resetSeconds: Math.max(1, Math.ceil((counter.endsMs - now) / 1_000)),
    }
  }

  /** Takes one use back. */
  refund({ name }: LimitPolicy, client: string): void {
    const counter = this.#find(name, client, this.#now())
    if (counter !== undefined && counter.used > 0) counter.used -= 1
  }

  #find(name: string, client: string, now: number): Counter | undefined {
    const { own, shared } = this.#limitOf(name)
    deleteEnded(own, now)
    deleteEnded(shared, now)
    const found = own.get(client)
    return found !== undefined || this.#hasRoom(own) ? found : shared.get(this.#sharedKey(client))
  }

  /** Call this only if `find` has found none. */
  #add(name: string, client: string, now: number, windowSeconds: number): Counter {
    const { own, shared } = this.#limitOf(name)
    const counter = { used: 0, endsMs: Math.ceil(now) + windowSeconds * 1_000 }
    if (this.#hasRoom(own)) own.set(client, counter)
    else shared.set(this.#sharedKey(client), counter)
    return counter
  }

  #limitOf(name: string): Limit {
    const limit = this.#limits.get(name) ?? { own: new Map(), shared: new Map() }
    this.#limits.set(name, limit)
    return limit
  }

  #hasRoom(own: Limit['own']): boolean {
    return own.size < this.#clientsMax
  }

  #sharedKey(client: string): number {
    const digest = createHash('sha256').update(this.#salt).update(wideNetworkKey(client)).digest()
    return digest.readUInt16BE(0) % sharedCounters
  }
}

/** Deletes the counters whose window has ended. */
function deleteEnded<K>(counters: Map<K, Counter>, now: number): void {
  for (const [key, { endsMs }] of counters) {
    if (endsMs > now) return
    counters.delete(key)
  }
}
