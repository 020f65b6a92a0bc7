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
}

/**
 * The places of something that all callers share and that is scarce, such as memory for uploads. One account, one
 * client and one network each get at most a share (I13).
 */
export class Places {
  readonly #limits: () => PlaceLimits
  readonly #held = new Map<string, number>()
  #taken = 0

  /** The limits may change. A place that is taken stays taken. */
  constructor(limits: PlaceLimits | (() => PlaceLimits)) {
    this.#limits = typeof limits === 'function' ? limits : () => limits
  }

  /** How many places are taken now. */
  get taken(): number {
    return this.#taken
  }

  hasRoom(holder: Holder): boolean {
    const limits = this.#limits()
    if (this.#taken >= limits.all) return false
    return sharesOf(holder, limits).every(({ key, limit }) => this.#heldBy(key) < limit)
  }

  /** @returns a function that gives the place back, once however often it is called; null if there is no room */
  take(holder: Holder): (() => void) | null {
    if (!this.hasRoom(holder)) return null
    const keys = sharesOf(holder, this.#limits()).map(({ key }) => key)
    for (const key of keys) this.#held.set(key, this.#heldBy(key) + 1)
    this.#taken += 1
    let isHeld = true
    return () => {
      if (isHeld) this.#release(keys)
      isHeld = false
    }
  }

  #release(keys: readonly string[]): void {
    this.#taken -= 1
    for (const key of keys) {
      const held = this.#heldBy(key) - 1
      if (held > 0) this.#held.set(key, held)
      else this.#held.delete(key)
    }
  }

  #heldBy(key: string): number {
    return this.#held.get(key) ?? 0
  }
}

function sharesOf({ client, account }: Holder, limits: PlaceLimits): { key: string; limit: number }[] {
  return [
    { key: `network ${networkKey(client)}`, limit: limits.network },
    { key: `client ${client}`, limit: limits.client },
    ...(account === '' || limits.account === undefined
      ? []
      : [{ key: `account ${account}`, limit: limits.account }]),
  ]
}
