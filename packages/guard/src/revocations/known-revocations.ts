import type { TableEntry } from './id-table.ts'
import { IdTable } from './id-table.ts'

/** A revocation as the stream describes it. */
export interface Revocation {
  readonly kind: string
  readonly session_id: string | null
  readonly account_id: string | null
  readonly role: string | null
  readonly kid: string | null
  readonly revoked_at: string
  readonly expires_at: string
}

/** What a revocation of a session, an account or a role can concern. */
export interface Revocable {
  readonly accountId: string
  readonly sessionId: string | null
  readonly roles: readonly string[]
  /** When the token was issued, or when the server was asked about the credential. In whole seconds. */
  readonly issuedAtSeconds: number
}

/** Of each of the two kinds that grow with the number of people. More than this is refused, not forgotten. */
export const revocationsMax = 1_000_000

/** Everything that was revoked and still concerns a token. */
export class KnownRevocations {
  readonly #sessions = new IdTable(revocationsMax)
  readonly #accounts = new IdTable(revocationsMax)
  readonly #roles = new Map<string, TableEntry>()
  readonly #keys = new Map<string, number>()
  #version = 0

  /** Changes with each revocation. A token that was checked at this version needs no new check. */
  get version(): number {
    return this.#version
  }

  get size(): number {
    return this.#sessions.size + this.#accounts.size + this.#roles.size + this.#keys.size
  }

  get byteLength(): number {
    return this.#sessions.byteLength + this.#accounts.byteLength
  }

  /**
   * @throws RangeError if there are too many, TypeError if it cannot be read
   * @returns false for a kind that is unknown
   */
  add(revocation: Revocation, nowSeconds: number): boolean {
    const { kind, session_id: sessionId, account_id: accountId, role, kid } = revocation
    const revokedAt = secondsOf(revocation.revoked_at)
    const expiresAtSeconds = Math.ceil(secondsOf(revocation.expires_at))
    if (expiresAtSeconds <= nowSeconds) return true
    this.#version++
    // `iat` is in whole seconds. The sessions of a suspended account are listed one by one too, so that a token of the
    // same second, after it was admitted again, works. Tokens with an old role are not listed.
    const before = { beforeSeconds: Math.floor(revokedAt), expiresAtSeconds }
    const beforeNext = { beforeSeconds: Math.ceil(revokedAt), expiresAtSeconds }
    switch (kind) {
      case 'session':
        this.#sessions.set(required(sessionId), before, nowSeconds)
        return true
      case 'account':
        this.#addAccount(accountId, before, nowSeconds)
        return true
      case 'roles':
        this.#addAccount(accountId, beforeNext, nowSeconds)
        return true
      case 'role':
        this.#addRole(required(role), beforeNext)
        return true
      case 'key':
        this.#addKey(required(kid), revokedAt)
        return true
      default:
        return false
    }
  }

  // Without an id, the account was erased. Its sessions are listed one by one.
  #addAccount(id: string | null, entry: TableEntry, nowSeconds: number): void {
    if (id !== null) this.#accounts.set(id, entry, nowSeconds)
  }

  // An earlier event can come again after a later one, when a stream continues.
  #addRole(name: string, { beforeSeconds, expiresAtSeconds }: TableEntry): void {
    const stored = this.#roles.get(name)
    this.#roles.set(name, {
      beforeSeconds: Math.max(beforeSeconds, stored?.beforeSeconds ?? 0),
      expiresAtSeconds: Math.max(expiresAtSeconds, stored?.expiresAtSeconds ?? 0),
    })
  }

  // A key that was withdrawn twice ends at the earlier time, in whatever order the events come.
  #addKey(kid: string, revokedAt: number): void {
    this.#keys.set(kid, Math.min(revokedAt, this.#keys.get(kid) ?? Number.POSITIVE_INFINITY))
  }

  /** True if the key no longer signs. Its time can be in the future, so the answer can change without a new version. */
  hasRevokedKey(kid: string, nowSeconds: number): boolean {
    return (this.#keys.get(kid) ?? Number.POSITIVE_INFINITY) <= nowSeconds
  }

  /** True if the credential must be refused, or the server asked again. */
  concern({ accountId, sessionId, roles, issuedAtSeconds }: Revocable, nowSeconds: number): boolean {
    if (sessionId !== null && this.#sessions.get(sessionId, nowSeconds) !== undefined) return true
    const account = this.#accounts.get(accountId, nowSeconds)
    if (account !== undefined && issuedAtSeconds < account.beforeSeconds) return true
    return this.#roles.size > 0 && roles.some((role) => this.#concernsRole(role, issuedAtSeconds, nowSeconds))
  }

  #concernsRole(name: string, issuedAtSeconds: number, nowSeconds: number): boolean {
    const role = this.#roles.get(name)
    if (role === undefined) return false
    if (role.expiresAtSeconds > nowSeconds) return issuedAtSeconds < role.beforeSeconds
    this.#roles.delete(name)
    return false
  }
}

function required(value: string | null): string {
  if (value === null) throw new TypeError('A revocation does not say what it concerns.')
  return value
}

function secondsOf(time: string): number {
  const milliseconds = Date.parse(time)
  if (Number.isNaN(milliseconds)) throw new TypeError('A revocation has no valid time.')
  return milliseconds / 1000
}
