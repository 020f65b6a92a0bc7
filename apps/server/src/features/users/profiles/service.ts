import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import { resealBatchSize, resealPage } from '../../../platform/database/resealing.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { notFound, preconditionFailed } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { Changes } from '../../safeguards/audit/model.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { AccountsService } from '../accounts/service.ts'
import type { PicturesService } from '../pictures/service.ts'
import { countryCodes } from './country.ts'
import { differences } from './differences.ts'
import { type AcceptablePatch, readAcceptablePatch, readProfilePatch } from './input.ts'
import { noSocialLinks, type Profile, type ProfilePatch, type WrittenProfile } from './model.ts'
import type { ProfileChanges, ProfilesRepository } from './repository.ts'

export interface ProfilesServiceOptions {
  readonly db: Database
  readonly profiles: ProfilesRepository
  readonly audit: Pick<AuditService, 'success'>
  readonly accounts: Pick<AccountsService, 'lockActive'>
  readonly pictures: Pick<PicturesService, 'find' | 'urlOf'>
  readonly sealer: Sealer
}

/** Reads and changes the profiles of accounts. */
export class ProfilesService {
  readonly #options: ProfilesServiceOptions

  constructor(options: ProfilesServiceOptions) {
    this.#options = options
  }

  /** Returns the profile; an empty one if nothing has been written yet. */
  async get(accountId: AccountId, db: Database = this.#options.db): Promise<Profile> {
    return await this.#read(db, accountId)
  }

  /** @throws `validation_failed`, naming every invalid field at once */
  checkRules(patch: ProfilePatch): void {
    readProfilePatch(patch)
  }

  /**
   * Changes the fields that the patch names, and records what has changed.
   * @param versions the versions that may be changed; null for any
   * @throws `validation_failed`, naming every invalid field at once; `precondition_failed`; `not_found`
   */
  async update(
    accountId: AccountId,
    patch: ProfilePatch,
    versions: readonly string[] | null,
    context: RequestContext,
  ): Promise<Profile> {
    const { accounts, audit, db } = this.#options
    const columns = this.#toChanges(accountId, readProfilePatch(patch))
    const stored = await this.#find(db, accountId)
    const current = stored ?? emptyProfile(accountId)
    const shown = await this.#withPicture(db, accountId, current)
    if (versions !== null && !versions.includes(shown.version)) throw new Failure(preconditionFailed)
    if (Object.keys(columns).length === 0) return shown
    return await inTransaction(db, async (transaction) => {
      // Only one of several requests stores an empty profile, and none does so for an account that is being erased.
      if (!(await accounts.lockActive(transaction, accountId))) throw new Failure(notFound)
      const before = await this.#findOrCreate(transaction, accountId)
      await this.#write(transaction, accountId, columns, versions === null ? null : current.version)
      const after = await this.#read(transaction, accountId)
      const changes = differences(before, after)
      if (Object.keys(changes.after).length > 0)
        await audit.success(transaction, 'user_change', { accountId, changes }, context)
      return after
    })
  }

  /**
   * Like `update`, but the caller records it, and has locked the account.
   * @returns what has changed
   * @throws `validation_failed`, `not_found`
   */
  async patch(transaction: Transaction, accountId: AccountId, patch: ProfilePatch): Promise<Changes> {
    const columns = this.#toChanges(accountId, readProfilePatch(patch))
    if (Object.keys(columns).length === 0) return { before: {}, after: {} }
    const before = await this.#findOrCreate(transaction, accountId)
    await this.#write(transaction, accountId, columns, null)
    return differences(before, await this.#read(transaction, accountId))
  }

  /** The ISO 3166 codes of all countries. */
  get countryCodes(): readonly string[] {
    return countryCodes()
  }

  /** The fields of a patch that the rules accept, in their stored form, and what is wrong with the others. */
  readAcceptable(patch: ProfilePatch): AcceptablePatch {
    return readAcceptablePatch(patch)
  }

  /** Stores the profiles of many new accounts. Each patch is one that `readAcceptable` has returned. */
  async createAll(
    transaction: Transaction,
    created: readonly { readonly accountId: AccountId; readonly patch: ProfilePatch }[],
  ): Promise<void> {
    const rows = created.map(({ accountId, patch }) => ({
      ...this.#toChanges(accountId, patch),
      account_id: accountId,
      version: newId(),
    }))
    await this.#options.profiles.insertAll(transaction, rows)
  }

  /**
   * Reseals the home addresses that a previous master secret sealed, in the next profiles after `after`. Running
   * servers can open both seals.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ after, dryRun }: { after: string | null; dryRun: boolean }): Promise<ResealStep> {
    const { db, profiles, sealer } = this.#options
    const page = { after: after as AccountId | null, limit: resealBatchSize }
    return await resealPage(db, {
      dryRun,
      rows: await profiles.listSealed(db, page),
      keyOf: ({ accountId }) => accountId,
      changesOf: (read) => {
        const resealed = sealer.reseal(read.sealed, homeAddressOf(read.accountId))
        return resealed === null ? [] : [{ read, resealed }]
      },
      replace: (transaction, { read, resealed }) => profiles.replaceSealed(transaction, read, resealed),
    })
  }

  async #read(db: Database, accountId: AccountId): Promise<Profile> {
    const written = (await this.#find(db, accountId)) ?? emptyProfile(accountId)
    return await this.#withPicture(db, accountId, written)
  }

  async #withPicture(db: Database, accountId: AccountId, written: WrittenProfile): Promise<Profile> {
    const { pictures } = this.#options
    const picture = await pictures.find(db, accountId)
    if (picture === null) return { ...written, imageUrl: null }
    const version = `${written.version}.${picture.id}`
    return { ...written, version, imageUrl: pictures.urlOf(picture) }
  }

  async #find(db: Database, accountId: AccountId): Promise<WrittenProfile | null> {
    const stored = await this.#options.profiles.find(db, accountId)
    if (stored === null) return null
    const { homeAddressSealed, ...profile } = stored
    return { ...profile, homeAddress: this.#openHomeAddress(accountId, homeAddressSealed) }
  }

  /** The caller has locked the account. */
  async #findOrCreate(transaction: Transaction, accountId: AccountId): Promise<WrittenProfile> {
    const stored = await this.#find(transaction, accountId)
    if (stored !== null) return stored
    const empty = emptyProfile(accountId)
    await this.#options.profiles.insert(transaction, accountId, empty.version)
    return empty
  }

  /** @throws `precondition_failed`, `not_found` */
  async #write(
    transaction: Transaction,
    accountId: AccountId,
    columns: ProfileChanges,
    expectedVersion: string | null,
  ): Promise<void> {
    const next = { ...columns, version: newId() }
    const isChanged = await this.#options.profiles.update(transaction, accountId, next, expectedVersion)
    if (!isChanged) throw new Failure(expectedVersion === null ? notFound : preconditionFailed)
  }

  #toChanges(accountId: AccountId, { homeAddress, socialLinks, ...same }: ProfilePatch): ProfileChanges {
    return {
      ...same,
      ...socialLinks,
      ...(homeAddress !== undefined && {
        home_address_sealed: this.#sealHomeAddress(accountId, homeAddress),
      }),
    }
  }

  // A thief of the database would especially want the home addresses (ASVS 14.2.4).
  #sealHomeAddress(accountId: AccountId, address: string | null): string | null {
    return address === null ? null : this.#options.sealer.seal(address, homeAddressOf(accountId))
  }

  #openHomeAddress(accountId: AccountId, sealed: string | null): string | null {
    return sealed === null ? null : this.#options.sealer.open(sealed, homeAddressOf(accountId))
  }
}

function homeAddressOf(id: AccountId) {
  return { purpose: 'profiles.home_address', id }
}

/** The version is the id of the account, so that no two empty profiles have the same. */
function emptyProfile(accountId: AccountId): WrittenProfile {
  return {
    version: accountId,
    occupation: null,
    homeAddress: null,
    country: null,
    county: null,
    description: null,
    socialLinks: noSocialLinks,
  }
}
