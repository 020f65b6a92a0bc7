import { timingSafeEqual } from 'node:crypto'
import { checksummedSecret, isChecksummedSecret } from '../../../platform/crypto/checksummed-secret.ts'
import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type ClientId, type ClientSecretId, isId, newId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import {
  type AuthorizingClient,
  type Client,
  type ClientFields,
  type ClientSecret,
  clientsMax,
  hasSecrets,
  type ShownSecret,
  secretsMax,
  tooManyClients,
  tooManySecrets,
} from './model.ts'
import type { ClientsRepository } from './repository.ts'

/** Distinguishes client secrets from other credentials, and lets secret scanners find them. */
export const clientSecretPrefix = 'pxc_'

export interface ClientsServiceOptions {
  readonly db: Database
  readonly clients: ClientsRepository
  readonly clock: Clock
}

/** Creates, reads, changes and deletes clients, their secrets, and the record of the assertions that they have used. */
export class ClientsService {
  readonly #options: ClientsServiceOptions

  constructor(options: ClientsServiceOptions) {
    this.#options = options
  }

  /** @throws `too_many_clients` */
  async create(transaction: Transaction, fields: ClientFields & Pick<Client, 'accountId'>): Promise<Client> {
    const { clients, clock } = this.#options
    if ((await clients.count(transaction, clientsMax)) >= clientsMax) throw new Failure(tooManyClients)
    const now = clock.now()
    const client = { ...fields, id: newId<ClientId>(), createdAt: now, updatedAt: now }
    await clients.insert(transaction, client)
    return client
  }

  /** @throws `not_found` */
  async get(db: Database, id: ClientId): Promise<Client> {
    const client = await this.find(db, id)
    if (client === null) throw new Failure(notFound)
    return client
  }

  find(db: Database, id: ClientId): Promise<Client | null> {
    return this.#options.clients.find(db, id)
  }

  async hasAny(db: Database): Promise<boolean> {
    return (await this.#options.clients.count(db, 1)) > 0
  }

  list(db: Database, page: { readonly after: ClientId | null; readonly limit: number }): Promise<Client[]> {
    return this.#options.clients.list(db, page)
  }

  /** Locks the client, and reads it as it is then. @throws `not_found` */
  async lock(transaction: Transaction, id: ClientId): Promise<Client> {
    const { clients, clock } = this.#options
    if (!(await clients.lock(transaction, id, clock.now()))) throw new Failure(notFound)
    return await this.get(transaction, id)
  }

  async update(transaction: Transaction, id: ClientId, fields: ClientFields): Promise<Client> {
    await this.#options.clients.update(transaction, id, fields, this.#options.clock.now())
    return await this.get(transaction, id)
  }

  async delete(transaction: Transaction, id: ClientId): Promise<void> {
    await this.#options.clients.delete(transaction, id)
  }

  listSecrets(db: Database, id: ClientId): Promise<ClientSecret[]> {
    return this.#options.clients.listSecrets(db, id)
  }

  /** Adds a secret to a locked client. @throws `too_many_secrets` */
  async addSecret(transaction: Transaction, clientId: ClientId): Promise<ShownSecret> {
    const { clients, clock } = this.#options
    const own = await clients.listSecrets(transaction, clientId)
    if (own.length >= secretsMax) throw new Failure(tooManySecrets)
    const secret = checksummedSecret(clientSecretPrefix)
    const added = { id: newId<ClientSecretId>(), createdAt: clock.now() }
    await clients.insertSecret(transaction, clientId, { ...added, digest: digestSecret(secret) })
    return { ...added, secret }
  }

  /** @throws `not_found` */
  async deleteSecret(transaction: Transaction, clientId: ClientId, id: ClientSecretId): Promise<void> {
    if (!(await this.#options.clients.deleteSecret(transaction, clientId, id))) throw new Failure(notFound)
  }

  async deleteSecrets(transaction: Transaction, clientId: ClientId): Promise<void> {
    await this.#options.clients.deleteSecrets(transaction, clientId)
  }

  /** The client that has the secret; null if none has it. A text with a wrong checksum causes no query. */
  async findBySecret(secret: string): Promise<Client | null> {
    const { clients, db } = this.#options
    if (!isChecksummedSecret(clientSecretPrefix, secret)) return null
    return await clients.findBySecret(db, digestSecret(secret))
  }

  /**
   * The client of a request, with all that its answer needs, in one statement; null if there is none. A text that is no
   * id causes no query.
   */
  async findForAuthorization(id: string): Promise<AuthorizingClient | null> {
    const { clients, db } = this.#options
    return isId<ClientId>(id) ? await clients.findForAuthorization(db, id) : null
  }

  /**
   * True if the secret is one of the client's. Digests are compared, and all of them in constant time, so that the time
   * says nothing about a secret (ASVS 11.2.4). A client that authenticates in another way has none.
   */
  hasSecret({ client, secretDigests }: AuthorizingClient, secret: string): boolean {
    if (!hasSecrets(client) || !isChecksummedSecret(clientSecretPrefix, secret)) return false
    const given = Buffer.from(digestSecret(secret))
    const matches = secretDigests.map((digest) => {
      const stored = Buffer.from(digest)
      return stored.length === given.length && timingSafeEqual(stored, given)
    })
    return matches.includes(true)
  }

  /** @returns false if the client has used an assertion with this id before (RFC 7523 §3, I1) */
  async spendAssertion(
    clientId: ClientId,
    { id, forgetAt }: { readonly id: string; readonly forgetAt: Date },
  ): Promise<boolean> {
    const { clients, db } = this.#options
    return await clients.spendAssertion(db, digestSecret(`${clientId} ${id}`), forgetAt)
  }

  /** Deletes the record of assertions that have expired. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { clients, clock, db } = this.#options
    const until = clock.now()
    return await inTransaction(db, (transaction) =>
      clients.deleteExpiredAssertions(transaction, until, limit),
    )
  }
}
