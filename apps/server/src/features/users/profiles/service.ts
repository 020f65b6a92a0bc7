import type { ResealStep, Sealer } from '../../../platform/crypto/sealing.ts'
import { resealBatchSize, resealPage } from '../../../platform/database/resealing.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, newId } from '../../../platform/kernel/ids.ts'
import { notFound, preconditionFailed } from '../../../platform/kernel/problems.ts'
import type { AccountsService } from '../accounts/service.ts'
import type { PicturesService } from '../pictures/service.ts'
import { readPatch } from './input.ts'
import { noSocialLinks, type Profile, type ProfilePatch, type WrittenProfile } from './model.ts'
import type { ProfileChanges, ProfilesRepository } from './repository.ts'

export interface ProfilesServiceOptions {
  readonly db: Database
  readonly profiles: ProfilesRepository
  readonly accounts: Pick<AccountsService, 'lockActive'>
  readonly pictures: Pick<PicturesService, 'find' | 'urlOf'>
  readonly sealer: Sealer
}

export class ProfilesService {
  readonly #db: Database
  readonly #profiles: ProfilesRepository
  readonly #accounts: Pick<AccountsService, 'lockActive'>
  readonly #pictures: ProfilesServiceOptions['pictures']
  readonly #sealer: Sealer

  constructor({ db, profiles, accounts, pictures, sealer }: ProfilesServiceOptions) {
    this.#db = db
    this.#profiles = profiles
    this.#accounts = accounts
    this.#pictures = pictures
    this.#sealer = sealer
  }

  /** Empty where nobody has written it yet. */
  async get(accountId: AccountId, db: Database = this.#db): Promise<Profile> {
    return await this.#withPicture(
      db,
      accountId,
      (await this.#find(db, accountId)) ?? emptyProfile(accountId),
    )
  }

  /**
   * Changes what the patch names.
   * @param versions where given, only if the profile is of one of them
   * @throws `validation_failed`, naming every field at once; `precondition_failed`; `not_found`
   */
  async update(
    accountId: AccountId,
    patch: ProfilePatch,
    versions: readonly string[] | null,
  ): Promise<Profile> {
    const changes = this.#toChanges(accountId, readPatch(patch))
    const stored = await this.#find(this.#db, accountId)
    const current = stored ?? emptyProfile(accountId)
    const shown = await this.#withPicture(this.#db, accountId, current)
    if (versions !== null && !versions.includes(shown.version)) throw new Failure(preconditionFailed)
    if (Object.keys(changes).length === 0) return shown
    if (stored === null) await this.#create(accountId)
    return await inTransaction(this.#db, async (db) => {
      const onlyIf = versions === null ? null : current.version
      const isChanged = await this.#profiles.update(db, accountId, { ...changes, version: newId() }, onlyIf)
      if (!isChanged) throw new Failure(onlyIf === null ? notFound : preconditionFailed)
      return await this.get(accountId, db)
    })
  }

  /**
   * Seals anew what a previous master secret sealed in the next profiles behind `after`; a server that runs meanwhile
   * opens both.
   * @throws WrongMasterSecret, DamagedSeal
   */
  async reseal({ after, dryRun }: { after: string | null; dryRun: boolean }): Promise<ResealStep> {
    const wanted = { after: after as AccountId | null, limit: resealBatchSize }
    return await resealPage(this.#db, {
      dryRun,
      rows: await this.#profiles.listSealed(this.#db, wanted),
      keyOf: ({ accountId }) => accountId,
      changesOf: (read) => {
        const resealed = this.#sealer.reseal(read.sealed, homeAddressOf(read.accountId))
        return resealed === null ? [] : [{ read, resealed }]
      },
      replace: (db, { read, resealed }) => this.#profiles.replaceSealed(db, read, resealed),
    })
  }

  async #withPicture(db: Database, accountId: AccountId, written: WrittenProfile): Promise<Profile> {
    const picture = await this.#pictures.find(accountId, db)
    if (picture === null) return { ...written, imageUrl: null }
    const version = `${written.version}.${picture.id}`
    return { ...written, version, imageUrl: this.#pictures.urlOf(picture) }
  }

  async #find(db: Database, accountId: AccountId): Promise<WrittenProfile | null> {
    const stored = await this.#profiles.find(db, accountId)
    if (stored === null) return null
    const { homeAddressSealed, ...profile } = stored
    return { ...profile, homeAddress: this.#openHomeAddress(accountId, homeAddressSealed) }
  }

  // The row of an empty profile. The account is held meanwhile: of several that come first one makes it, and nobody
  // makes one for an account that is being erased.
  async #create(accountId: AccountId): Promise<void> {
    await inTransaction(this.#db, async (db) => {
      if (!(await this.#accounts.lockActive(db, accountId))) throw new Failure(notFound)
      if ((await this.#profiles.find(db, accountId)) !== null) return
      await this.#profiles.insert(db, accountId, emptyProfile(accountId).version)
    })
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

  // Where somebody lives is what a thief of the database would want most (ASVS 14.2.4).
  #sealHomeAddress(accountId: AccountId, address: string | null): string | null {
    return address === null ? null : this.#sealer.seal(address, homeAddressOf(accountId))
  }

  #openHomeAddress(accountId: AccountId, sealed: string | null): string | null {
    return sealed === null ? null : this.#sealer.open(sealed, homeAddressOf(accountId))
  }
}

function homeAddressOf(id: AccountId) {
  return { purpose: 'profiles.home_address', id }
}

/** Its version is the account's id, so that no two empty profiles have the same. */
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
