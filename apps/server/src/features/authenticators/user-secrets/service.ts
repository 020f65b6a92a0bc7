import { randomUUID } from 'node:crypto'
import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { PasswordHasher } from '../../../platform/crypto/password-hasher.ts'
import { randomSecret } from '../../../platform/crypto/random.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { Guard } from '../../../platform/database/write-if.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import type { ReadGrants } from '../../../platform/kernel/permission.ts'
import { readGivenSecret } from './given-secret.ts'
import { type ForeignSecret, type ImportedSecret, readImportedSecret } from './imported-secret.ts'
import type { SecretOwner, StoredSecret, UserSecretsRepository } from './repository.ts'

export interface UserSecretsServiceOptions {
  readonly db: Database
  readonly userSecrets: UserSecretsRepository
  readonly hasher: Pick<PasswordHasher, 'verify'>
  readonly clock: Clock
}

/** A secret of the form `key id.secret`, for clients that know no other. */
export interface KeyedSecret {
  readonly keyId: string
  readonly userSecret: string
}

/** The owner of a secret, with a moment from before it was known what they may do. */
export interface FoundOwner extends SecretOwner {
  readonly grants: ReadGrants
}

/** With the prefix, a scanner for leaked secrets can recognize a user secret. */
const prefix = 'pxu_'

export class UserSecretsService {
  readonly #options: UserSecretsServiceOptions

  constructor(options: UserSecretsServiceOptions) {
    this.#options = options
  }

  /** Generates the secret of the account, 256 bits. The owner sees it once; only its digest is stored. */
  async create(db: Database, accountId: AccountId): Promise<string> {
    const secret = randomSecret(prefix)
    await this.import(db, accountId, storedForm(secret))
    return secret
  }

  /** Like `create`, with a key id before it. */
  async createKeyed(db: Database, accountId: AccountId): Promise<KeyedSecret> {
    const [keyId, secret] = [randomUUID(), randomSecret('')]
    await this.import(db, accountId, storedForm(secret, keyId))
    return { keyId, userSecret: `${keyId}.${secret}` }
  }

  /** Reads a secret that another system made and stored. It stores nothing. */
  readImported(foreign: ForeignSecret): ImportedSecret {
    return readImportedSecret(foreign)
  }

  /** Stores a secret that `readImported` has accepted. */
  async import(db: Database, accountId: AccountId, secret: StoredSecret): Promise<void> {
    await this.#options.userSecrets.insert(db, accountId, secret, this.#options.clock.now())
  }

  /** The same for many new accounts. */
  async importAll(
    transaction: Transaction,
    secrets: readonly (StoredSecret & { readonly accountId: AccountId })[],
  ): Promise<void> {
    await this.#options.userSecrets.insertAll(transaction, secrets, this.#options.clock.now())
  }

  /** For an account whose owner must get a new secret: no one knows this one. */
  unmatchable(): StoredSecret {
    return storedForm(randomSecret(prefix))
  }

  /** Like `create`. The previous secret, if there is one, no longer works. */
  async renew(db: Transaction, accountId: AccountId): Promise<string> {
    const secret = randomSecret(prefix)
    const stored = storedForm(secret)
    const isReplaced = await this.#options.userSecrets.replace(
      db,
      accountId,
      stored,
      this.#options.clock.now(),
    )
    if (!isReplaced) await this.import(db, accountId, stored)
    return secret
  }

  /** The secret no longer works, and no other does until the owner gets one. An account without one stays without. */
  async block(db: Transaction, accountId: AccountId): Promise<void> {
    const { clock, userSecrets } = this.#options
    await userSecrets.replace(db, accountId, storedForm(randomSecret(prefix)), clock.now())
  }

  /** The secret of the account, if it has one, no longer works. */
  async remove(db: Transaction, accountId: AccountId): Promise<void> {
    await this.#options.userSecrets.delete(db, accountId)
  }

  async findOwner(db: Database, secret: string): Promise<FoundOwner | null> {
    const { clock, userSecrets } = this.#options
    const given = readGivenSecret(secret)
    const readAt = clock.now()
    const owner = await userSecrets.findOwner(db, digestSecret(given.secret), given.keyId)
    return owner && { ...owner, grants: { ...owner.grants, readAt } }
  }

  /**
   * Like `findOwner`, also for a secret of which only the hash of another system is stored. If it is right, its digest
   * takes the place of that hash: the secret is random, so a fast digest is enough (NIST SP 800-63B-4 §3.1.2.2).
   * A key id that no one has is refused sooner than a wrong secret. That reveals nothing: it is as long as a secret, and
   * who knows it knows that it exists.
   * @throws `overloaded`
   */
  async authenticate(secret: string, clientKey: string): Promise<FoundOwner | null> {
    const { db, hasher, userSecrets } = this.#options
    const found = await this.findOwner(db, secret)
    const given = readGivenSecret(secret)
    if (found !== null || given.keyId === null) return found
    const imported = await userSecrets.findImported(db, given.keyId)
    if (imported === null) return null
    const { matches } = await hasher.verify(given.secret, imported.importedHash, { clientKey })
    if (!matches) return null
    await userSecrets.replaceImported(db, imported, digestSecret(given.secret))
    return await this.findOwner(db, secret)
  }

  /** The account is active and still has this secret. */
  isUnchanged(accountId: AccountId, secret: string): Guard {
    return this.#options.userSecrets.hasSecret(accountId, digestSecret(readGivenSecret(secret).secret))
  }

  async has(db: Database, accountId: AccountId): Promise<boolean> {
    return (await this.#options.userSecrets.findCreatedAt(db, accountId)) !== null
  }

  /** The key id of the secret of the account; null if it has none. */
  keyId(db: Database, accountId: AccountId): Promise<string | null> {
    return this.#options.userSecrets.findKeyId(db, accountId)
  }

  /** When the secret of the account was generated; null if it has none. */
  createdAt(accountId: AccountId): Promise<Date | null> {
    return this.#options.userSecrets.findCreatedAt(this.#options.db, accountId)
  }
}

function storedForm(secret: string, keyId: string | null = null): StoredSecret {
  return { keyId, digest: digestSecret(secret), importedHash: null }
}
