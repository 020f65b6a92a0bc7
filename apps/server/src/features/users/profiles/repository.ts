import type { Selectable, Updateable } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { insertAll } from '../../../platform/database/insert-rows.ts'
import type { ProfilesTable } from '../../../platform/database/profile-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import { type AccountId, lowestId } from '../../../platform/kernel/ids.ts'
import { mapSocialLinks } from '../../../platform/kernel/social-networks.ts'
import type { WrittenProfile } from './model.ts'

export type ProfileChanges = Omit<Updateable<ProfilesTable>, 'account_id'>

/** A profile as it is stored, with the home address sealed. */
export interface StoredProfile extends Omit<WrittenProfile, 'homeAddress'> {
  readonly homeAddressSealed: string | null
}

export interface SealedHomeAddress {
  readonly accountId: AccountId
  readonly sealed: string
}

export class ProfilesRepository {
  async find(db: Database, accountId: AccountId): Promise<StoredProfile | null> {
    const row = await db
      .selectFrom('profiles')
      .selectAll()
      .where('account_id', '=', accountId)
      .executeTakeFirst()
    return row === undefined ? null : toProfile(row)
  }

  /** Stores an empty profile. */
  async insert(db: Transaction, accountId: AccountId, version: string): Promise<void> {
    await db.insertInto('profiles').values({ account_id: accountId, version }).execute()
  }

  async insertAll(
    db: Transaction,
    profiles: readonly (ProfileChanges & { readonly account_id: AccountId; readonly version: string })[],
  ): Promise<void> {
    await insertAll(
      db,
      'profiles',
      profiles.map((given) =>
        Object.assign({ ...emptyRow, account_id: given.account_id, version: given.version }, given),
      ),
    )
  }

  /** @returns whether there was such a profile, with this version if one is given */
  async update(
    db: Database,
    accountId: AccountId,
    changes: ProfileChanges,
    version: string | null,
  ): Promise<boolean> {
    const ofAnyVersion = db.updateTable('profiles').set(changes).where('account_id', '=', accountId)
    const update = version === null ? ofAnyVersion : ofAnyVersion.where('version', '=', version)
    return await changesRows(update)
  }

  /** Lists profiles with a sealed home address, in the order of their accounts. */
  async listSealed(
    db: Database,
    { after, limit }: { after: AccountId | null; limit: number },
  ): Promise<SealedHomeAddress[]> {
    const sealed = db
      .selectFrom('profiles')
      .select(['account_id', 'home_address_sealed'])
      .where('home_address_sealed', 'is not', null)
      .$narrowType<{ home_address_sealed: string }>()
      .orderBy('account_id')
      .limit(limit)
    const rows = await sealed.where('account_id', '>', after ?? lowestId).execute()
    return rows.map((row) => ({ accountId: row.account_id, sealed: row.home_address_sealed }))
  }

  /** Replaces the value only if it is still the one that was read, so that a newer value is not overwritten. */
  async replaceSealed(
    db: Database,
    { accountId, sealed }: SealedHomeAddress,
    resealed: string,
  ): Promise<void> {
    await db
      .updateTable('profiles')
      .set({ home_address_sealed: resealed })
      .where('account_id', '=', accountId)
      .where('home_address_sealed', '=', sealed)
      .execute()
  }
}

/** So that all rows have the same columns. */
const emptyRow = {
  occupation: null,
  home_address_sealed: null,
  country: null,
  county: null,
  description: null,
  ...mapSocialLinks(() => null),
}

function toProfile(row: Selectable<ProfilesTable>): StoredProfile {
  const { version, occupation, country, county, description } = row
  return {
    version,
    occupation,
    homeAddressSealed: row.home_address_sealed,
    country,
    county,
    description,
    socialLinks: mapSocialLinks((name) => row[name]),
  }
}
