import type { Database } from '../../platform/database/tables.ts'
import { inTransaction } from '../../platform/database/transactions.ts'
import type { Clock } from '../../platform/kernel/clock.ts'
import { Failure } from '../../platform/kernel/failures.ts'
import { type AccountId, newId, type SessionId } from '../../platform/kernel/ids.ts'
import type { Principal } from '../../platform/kernel/principal.ts'
import { invalidToken } from '../../platform/kernel/problems.ts'
import type { Client, Session, SignInMethod } from './model.ts'
import type { SessionsRepository } from './repository.ts'

export interface SessionsServiceOptions {
  readonly db: Database
  readonly sessions: SessionsRepository
  readonly clock: Clock
  readonly ttlSeconds: number
}

const userAgentLengthMax = 200

export class SessionsService {
  readonly #db: Database
  readonly #sessions: SessionsRepository
  readonly #clock: Clock
  readonly #ttlSeconds: number

  constructor({ db, sessions, clock, ttlSeconds }: SessionsServiceOptions) {
    this.#db = db
    this.#sessions = sessions
    this.#clock = clock
    this.#ttlSeconds = ttlSeconds
  }

  async start(db: Database, accountId: AccountId, method: SignInMethod, client: Client): Promise<Session> {
    const createdAt = this.#clock.now()
    const expiresAt = new Date(createdAt.getTime() + this.#ttlSeconds * 1_000)
    const id = newId<SessionId>()
    const session = { id, accountId, method, client: storable(client), createdAt, expiresAt }
    await this.#sessions.insert(db, session)
    return session
  }

  /**
   * Asked at each authenticated request: what is ended or suspended is dead at once, however long its token lasts.
   * @throws `invalid_token`
   */
  async principal(sessionId: SessionId): Promise<Principal> {
    const principal = await this.#sessions.findPrincipal(this.#db, sessionId, this.#clock.now())
    if (principal === null) throw new Failure(invalidToken, { cause: new Error('the session has ended') })
    return principal
  }

  async endAll(db: Database, accountId: AccountId): Promise<void> {
    await this.#sessions.deleteByAccount(db, accountId)
  }

  /** Deletes sessions that have expired, which nobody can use any more. @returns how many, `limit` at the most */
  async purge(limit: number): Promise<number> {
    return await inTransaction(this.#db, (db) => this.#sessions.deleteExpired(db, this.#clock.now(), limit))
  }
}

// A header is whatever bytes a client sends; Node reads it as Latin-1, which every engine can store.
function storable({ ipAddress, userAgent }: Client): Client {
  return { ipAddress, userAgent: userAgent?.slice(0, userAgentLengthMax) ?? null }
}
