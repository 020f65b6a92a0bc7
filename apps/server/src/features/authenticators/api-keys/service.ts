import { checksummedSecret, isChecksummedSecret } from '../../../platform/crypto/checksummed-secret.ts'
import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, type ApiKeyId, newId } from '../../../platform/kernel/ids.ts'
import { Networks } from '../../../platform/kernel/networks.ts'
import { missingFrom, type Permission } from '../../../platform/kernel/permission.ts'
import type { KeyHolder } from '../../../platform/kernel/principal.ts'
import { forbidden, invalidToken, notFound, unlessUnavailable } from '../../../platform/kernel/problems.ts'
import { noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'
import { isAhead } from '../../../platform/kernel/time-bounds.ts'
import type { RolesService } from '../../authorization/roles/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import { type KeyLifetimes, readExpiry, readKeyFields } from './input.ts'
import type { LastUsedService } from './last-used/service.ts'
import {
  type ApiKey,
  type ApiKeyChanges,
  type ApiKeyInput,
  alreadyRotated,
  apiKeyPrefix,
  type FoundHolder,
  type IssuedApiKey,
  keyLifeMaxMs,
  keysOfAccountMax,
  permissionsNotHeld,
  type RotationInput,
  tooManyApiKeys,
} from './model.ts'
import type { ApiKeysRepository, KeyPage } from './repository.ts'

export interface ApiKeysOptions {
  readonly db: Database
  readonly apiKeys: ApiKeysRepository
  readonly lastUsed: LastUsedService
  readonly roles: Pick<RolesService, 'grantsOf'>
  readonly audit: Pick<AuditService, 'success' | 'refusal'>
  readonly clock: Clock
  readonly lifetimes: KeyLifetimes
}

/** The keys of accounts. A caller who changes them has locked the account, and records the event. */
export class ApiKeysService {
  readonly #options: ApiKeysOptions

  constructor(options: ApiKeysOptions) {
    this.#options = options
  }

  /** True if the credential is an API key; neither an access token nor a session code looks like one. */
  isKey(credential: string): boolean {
    return credential.startsWith(apiKeyPrefix)
  }

  /**
   * Called for each request with a key. The account, its roles and the key are those of this moment, so a suspension or
   * a revocation takes effect at once. Guesses are not counted: 178 bits cannot be guessed (NIST SP 800-63B-4 §3.2.2).
   * @throws `invalid_token`, `forbidden` from a network that the key does not allow
   */
  async holder(secret: string, context: RequestContext): Promise<KeyHolder> {
    const found = await this.#find(secret)
    if (!isAllowedFrom(found, context)) await this.#refuseNetwork(found.holder, context)
    return this.#used(found)
  }

  /**
   * For another service that received the key and asks whether it works. The service cannot say from where it came, so a
   * key that works only from some networks does not work there.
   * @throws `invalid_token`
   */
  async inspect(secret: string): Promise<{ readonly holder: KeyHolder; readonly expiresAt: Date }> {
    const found = await this.#find(secret)
    if (found.allowedNetworks.length > 0) throw rejection('the API key works from some networks only')
    return { holder: this.#used(found), expiresAt: found.expiresAt }
  }

  async list(accountId: AccountId, page: KeyPage): Promise<ApiKey[]> {
    const { apiKeys, clock, db, lastUsed } = this.#options
    return lastUsed.refine(await apiKeys.list(db, accountId, { ...page, endAfter: clock.now() }))
  }

  /** Like `list`, but includes keys that are over and not yet deleted. */
  async listKept(accountId: AccountId, page: KeyPage): Promise<ApiKey[]> {
    const { apiKeys, db, lastUsed } = this.#options
    return lastUsed.refine(await apiKeys.list(db, accountId, { ...page, endAfter: null }))
  }

  /** @throws `not_found`, also if the key belongs to another account or is over */
  async get(db: Database, accountId: AccountId, id: ApiKeyId): Promise<ApiKey> {
    const { apiKeys, clock, lastUsed } = this.#options
    const key = await apiKeys.find(db, accountId, id, clock.now())
    if (key === null) throw new Failure(notFound)
    return lastUsed.refine([key])[0] ?? key
  }

  /** The account of a key, for operators. @throws `not_found` */
  async ownerOf(db: Database, id: ApiKeyId): Promise<AccountId> {
    const owner = await this.#options.apiKeys.findOwner(db, id)
    if (owner === null) throw new Failure(notFound)
    return owner
  }

  /**
   * Makes a key, whose secret is shown only once: the server keeps its digest.
   * @throws `validation_failed` if it would allow what the account may not do, `too_many_api_keys`
   */
  async create(transaction: Transaction, accountId: AccountId, input: ApiKeyInput): Promise<IssuedApiKey> {
    const { clock, lifetimes } = this.#options
    const { name, permissions, allowedNetworks } = readKeyFields(input)
    const expiresAt = readExpiry(input.expiresAt, clock.now(), lifetimes)
    const held = await this.#assertHeld(transaction, accountId, input.permissions)
    return await this.#issue(transaction, {
      id: newId<ApiKeyId>(),
      accountId,
      name,
      permissions: held.filter((permission) => permissions.includes(permission)),
      allowedNetworks,
      expiresAt,
    })
  }

  /** @throws `not_found`, `validation_failed` if it would allow what the account may not do */
  async change(
    transaction: Transaction,
    accountId: AccountId,
    id: ApiKeyId,
    changes: ApiKeyChanges,
  ): Promise<{ readonly before: ApiKey; readonly after: ApiKey }> {
    const fields = readKeyFields(changes)
    const before = await this.get(transaction, accountId, id)
    if (changes.permissions) await this.#assertHeld(transaction, accountId, changes.permissions)
    if (Object.keys(fields).length > 0) await this.#options.apiKeys.update(transaction, accountId, id, fields)
    return { before, after: await this.get(transaction, accountId, id) }
  }

  /**
   * Makes a key that takes the place of another, which still works for some time. It allows the same, as far as the
   * account still may do it.
   * @throws `not_found`, `validation_failed`, `too_many_api_keys`, `already_rotated`
   */
  async rotate(
    transaction: Transaction,
    accountId: AccountId,
    id: ApiKeyId,
    { overlapSeconds, expiresAt: given }: RotationInput,
  ): Promise<IssuedApiKey> {
    const { apiKeys, clock, lifetimes, roles } = this.#options
    const now = clock.now()
    const expiresAt = readExpiry(given, now, lifetimes)
    const former = await this.get(transaction, accountId, id)
    await this.#assertNewest(transaction, former)
    const { name, permissions, allowedNetworks } = former
    const held = new Set((await roles.grantsOf(transaction, accountId)).permissions)
    const newKeyId = newId<ApiKeyId>()
    const end = new Date(Math.min(former.expiresAt.getTime(), now.getTime() + overlapSeconds * 1_000))
    const replacement = { read: former.replacedBy, by: newKeyId, end }
    if (!(await apiKeys.replace(transaction, accountId, id, replacement))) throw new Failure(alreadyRotated)
    return await this.#issue(transaction, {
      id: newKeyId,
      accountId,
      name,
      permissions: permissions.filter((permission) => held.has(permission)),
      allowedNetworks,
      expiresAt,
    })
  }

  /** The key no longer works. @throws `not_found`, also if the key belongs to another account */
  async revoke(transaction: Transaction, accountId: AccountId, id: ApiKeyId): Promise<void> {
    if (!(await this.#options.apiKeys.delete(transaction, accountId, id))) throw new Failure(notFound)
  }

  /** No key of the account works any more. @returns whether it had any */
  async revokeAll(transaction: Transaction, accountId: AccountId): Promise<boolean> {
    return await this.#options.apiKeys.deleteByAccount(transaction, accountId)
  }

  /** Deletes keys that are over. @returns how many, at most `limit` */
  async purge(limit: number): Promise<number> {
    const { apiKeys, clock, db } = this.#options
    return await inTransaction(db, (transaction) => apiKeys.deleteOver(transaction, clock.now(), limit))
  }

  /** The holder of a key that works now. @throws `invalid_token` */
  async #find(secret: string): Promise<FoundHolder> {
    const { apiKeys, clock, db } = this.#options
    // A mistyped key costs no query.
    if (!isChecksummedSecret(apiKeyPrefix, secret)) throw rejection('not an API key')
    const found = await apiKeys.findHolder(db, digestSecret(secret))
    if (found === null) throw rejection('no active account has this API key')
    if (!isAhead(found.expiresAt, clock.now(), keyLifeMaxMs)) await this.#endOver(found.holder)
    return found
  }

  /** A key that has taken its place and no longer works does not count. @throws `already_rotated` */
  async #assertNewest(transaction: Transaction, { accountId, replacedBy }: ApiKey): Promise<void> {
    const { apiKeys, clock } = this.#options
    if (replacedBy !== null && (await apiKeys.find(transaction, accountId, replacedBy, clock.now())) !== null)
      throw new Failure(alreadyRotated)
  }

  #used({ holder, lastUsedAt }: FoundHolder): KeyHolder {
    const { clock, lastUsed } = this.#options
    lastUsed.use(holder.keyId, lastUsedAt, clock.now())
    return holder
  }

  async #issue(
    transaction: Transaction,
    fields: Pick<ApiKey, 'id' | 'accountId' | 'name' | 'permissions' | 'allowedNetworks' | 'expiresAt'>,
  ): Promise<IssuedApiKey> {
    const { apiKeys, clock } = this.#options
    const now = clock.now()
    if ((await apiKeys.count(transaction, fields.accountId, now)) >= keysOfAccountMax)
      throw new Failure(tooManyApiKeys)
    const secret = checksummedSecret(apiKeyPrefix)
    const apiKey = { ...fields, createdAt: now, lastUsedAt: null, replacedBy: null }
    await apiKeys.insert(transaction, apiKey, digestSecret(secret))
    return { apiKey, secret }
  }

  /**
   * A key never allows what its account may not do (I6). Each call asks again, because the account may lose a role.
   * @returns what the account holds
   * @throws `validation_failed`
   */
  async #assertHeld(
    db: Database,
    accountId: AccountId,
    asked: readonly string[],
  ): Promise<readonly Permission[]> {
    const { permissions: held } = await this.#options.roles.grantsOf(db, accountId)
    const missing = new Set<string>(missingFrom(held, asked as readonly Permission[]))
    const places = asked.flatMap((permission, place) => (missing.has(permission) ? [place] : []))
    if (places.length > 0) throw permissionsNotHeld(places)
    return held
  }

  /**
   * Deletes a key that someone uses after its end. It would work again if the clock were set back (I2).
   * @throws `invalid_token`
   */
  async #endOver({ accountId, keyId }: KeyHolder): Promise<never> {
    const { apiKeys, audit, db } = this.#options
    await inTransaction(db, async (transaction) => {
      if (await apiKeys.delete(transaction, accountId, keyId))
        await audit.success(transaction, 'api_key_expiry', subjectOf(accountId, keyId), noRequest)
    }).catch(unlessUnavailable)
    throw rejection('the API key has ended')
  }

  /** The secret was right, so its owner must learn that someone has it. @throws `forbidden` */
  async #refuseNetwork({ accountId, keyId }: KeyHolder, context: RequestContext): Promise<never> {
    const { audit, db } = this.#options
    const subject = { ...subjectOf(accountId, keyId), reason: 'network_not_allowed' }
    await audit.refusal(db, 'api_key_use', subject, context, { isLimited: false })
    throw new Failure(forbidden, {
      detail: 'This API key does not work from this network. Use it from one of its allowed networks.',
    })
  }
}

/** How the audit trail names a key. */
export function subjectOf(accountId: AccountId, keyId: ApiKeyId) {
  return { accountId, target: `api_key:${keyId}` }
}

function isAllowedFrom({ allowedNetworks }: FoundHolder, { ipAddress }: RequestContext): boolean {
  if (allowedNetworks.length === 0) return true
  return ipAddress !== null && new Networks(allowedNetworks).has(ipAddress)
}

function rejection(reason: string): Failure {
  return new Failure(invalidToken, { cause: new Error(reason) })
}
