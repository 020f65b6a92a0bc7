import { networkKey } from './addresses.ts'

/** The caller that takes a place, and the account for which it acts. */
export interface Holder {
  /** See `clientKey`. Work without a request shares one client. */
  readonly client: string
  /** Empty if it acts for no account. */
  readonly account: string
}

/** How many places there are, and how many of them one holder may take. */
export interface PlaceLimits {
  readonly all: number
  /** An attacker can rent many addresses of one network. */
  readonly network: number
  readonly client: number
  /** Accounts are free, so this alone is no limit. */
  readonly account?: number
  /** How long a place is safe from someone who has none, if its own network has no other. */
  readonly patienceMs?: number
}

export interface Place {
  /** Gives the place back, once however often it is called. */
  release(): void
  /** Makes sure that the place is not reclaimed any more. */
  keep(): void
}

interface Held {
  readonly path: readonly string[]
  readonly sinceMs: number
  /** Null if the place is not reclaimed. */
  onReclaimed: (() => void) | null
}

export interface PlacesOptions {
  /**
   * Which place of a holder who has several goes first. The oldest is the slowest upload. The newest is the job that has
   * waited the shortest time, so that no one waits in vain.
   */
  readonly reclaimed?: 'oldest' | 'newest'
  /** Milliseconds on a clock that never goes back. */
  readonly now?: () => number
}

/**
 * The places of something that all callers share and that is scarce, such as memory for uploads. One account, one
 * client and one network each get at most a share (I13).
 *
 * Shares alone would let two networks take everything. So if no place is left, the network with the most places gives
 * one to a network with fewer. If the share of a network is used up, its client with the most gives one to another
 * client, and so do the accounts of a client.
 */
export class Places {
  readonly #limits: () => PlaceLimits
  readonly #now: () => number
  readonly #reclaimed: 'oldest' | 'newest'
  /** In the order in which they were taken. */
  readonly #held = new Set<Held>()
  readonly #counts = new Map<string, number>()

  /** @param limits may change; a place that is taken stays taken */
  constructor(
    limits: PlaceLimits | (() => PlaceLimits),
    { reclaimed = 'oldest', now = () => performance.now() }: PlacesOptions = {},
  ) {
    this.#limits = typeof limits === 'function' ? limits : () => limits
    this.#now = now
    this.#reclaimed = reclaimed
  }

  /** How many places are taken now. */
  get taken(): number {
    return this.#held.size
  }

  hasRoom(holder: Holder): boolean {
    return this.#findRoom(holder) !== null
  }

  /**
   * @param onReclaimed called if someone else gets the place; without it, the place is not reclaimed
   * @returns null if there is no room
   */
  take(holder: Holder, onReclaimed: (() => void) | null = null): Place | null {
    const room = this.#findRoom(holder)
    if (room === null) return null
    if (room !== 'free') {
      this.#release(room)
      room.onReclaimed?.()
    }
    const held: Held = { path: pathOf(holder), sinceMs: this.#now(), onReclaimed }
    this.#held.add(held)
    for (const part of held.path) this.#counts.set(part, this.#countOf(part) + 1)
    return {
      release: () => this.#release(held),
      keep: () => {
        held.onReclaimed = null
      },
    }
  }

  /** @returns the place to reclaim, if one must be; null if there is no room */
  #findRoom(holder: Holder): Held | 'free' | null {
    const path = pathOf(holder)
    const limits = limitsOf(holder, this.#limits())
    const excess = path.map((part, level) => this.#countOf(part) + 1 - (limits[level] ?? 0))
    const full = excess.findLastIndex((by) => by > 0)
    if (full === -1) return 'free'
    // One place is not enough if the limits have become smaller.
    if (excess.some((by) => by > 1)) return null
    return this.#findReclaimable(path, full)
  }

  /** Looks in the part of the path that is full, and compares the parts that share it. */
  #findReclaimable(path: readonly string[], full: number): Held | null {
    const level = full + 1
    if (level === path.length) return null
    const own = this.#countOf(path[level])
    const sizeOf = (held: Held) => this.#countOf(held.path[level])
    const larger = [...this.#held].filter(
      (held) => held.path[full] === path[full] && held.onReclaimed !== null && sizeOf(held) > own,
    )
    const unfair = larger.filter((held) => sizeOf(held) > own + 1)
    if (unfair.length > 0)
      return this.#firstOfLargest(this.#reclaimed === 'oldest' ? unfair : unfair.toReversed(), level)
    const { patienceMs = Number.POSITIVE_INFINITY } = this.#limits()
    return larger.find(({ sinceMs }) => this.#now() - sinceMs >= patienceMs) ?? null
  }

  /** @param held at least one, in the order in which they go */
  #firstOfLargest(held: readonly Held[], level: number): Held | null {
    const sizes = held.map(({ path }) => this.#countOf(path[level]))
    const largest = held[sizes.indexOf(Math.max(...sizes))] ?? null
    const part = largest?.path[level]
    if (part === undefined) return held[0] ?? null
    return this.#firstOfLargest(
      held.filter(({ path }) => path[level] === part),
      level + 1,
    )
  }

  #release(held: Held): void {
    if (!this.#held.delete(held)) return
    for (const part of held.path) {
      const count = this.#countOf(part) - 1
      if (count > 0) this.#counts.set(part, count)
      else this.#counts.delete(part)
    }
  }

  #countOf(part: string | undefined): number {
    return this.#counts.get(part ?? '') ?? 0
  }
}

function pathOf({ client, account }: Holder): readonly string[] {
  return ['all', `network ${networkKey(client)}`, `client ${client}`, `account ${account}`]
}

/** In the order of the path. */
function limitsOf({ account }: Holder, limits: PlaceLimits): readonly number[] {
  const ofAccount = account === '' ? undefined : limits.account
  return [limits.all, limits.network, limits.client, ofAccount ?? Number.POSITIVE_INFINITY]
}
