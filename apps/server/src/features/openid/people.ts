import type { Database } from '../../platform/database/tables.ts'
import type { Account } from '../../platform/kernel/account.ts'
import type { AccountId } from '../../platform/kernel/ids.ts'
import type { RolesService } from '../authorization/roles/service.ts'
import { displayName } from '../users/accounts/model.ts'
import type { PrivateDetailsService } from '../users/accounts/private-details/service.ts'
import type { AccountsService } from '../users/accounts/service.ts'
import type { ProfilesService } from '../users/profiles/service.ts'
import type { Person, PersonClaims } from './claims.ts'

export interface PeopleOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'find'>
  readonly privateDetails: Pick<PrivateDetailsService, 'open'>
  readonly profiles: Pick<ProfilesService, 'get'>
  readonly roles: Pick<RolesService, 'grantsOf'>
  /** True for an account that can do nothing but confirm a contact. */
  readonly mustVerify: (account: Account) => boolean
}

/** What applications may learn about people. The library leaves out what a person has not agreed to. */
export class People {
  readonly #options: PeopleOptions

  constructor(options: PeopleOptions) {
    this.#options = options
  }

  /** Null for an account that may not sign in. */
  async find(id: AccountId): Promise<Person | null> {
    const { accounts, db, mustVerify } = this.#options
    const account = await accounts.find(db, id)
    if (account?.status !== 'active' || account.kind !== 'person' || mustVerify(account)) return null
    return { claims: () => this.#claimsOf(account) }
  }

  async #claimsOf(account: Account): Promise<PersonClaims> {
    const { db, privateDetails, profiles, roles } = this.#options
    const { id } = account
    const { imageUrl } = await profiles.get(id)
    const held = await roles.grantsOf(db, id)
    const { address } = privateDetails.open(account)
    return {
      ...named({
        name: displayName(account),
        given_name: account.givenName,
        family_name: account.familyName,
      }),
      ...named({ preferred_username: account.username, picture: imageUrl, locale: account.locale }),
      updated_at: Math.floor(account.updatedAt.getTime() / 1_000),
      ...(account.email !== null && {
        email: account.email,
        email_verified: account.emailVerifiedAt !== null,
      }),
      ...(account.phoneNumber !== null && {
        phone_number: account.phoneNumber,
        phone_number_verified: account.phoneNumberVerifiedAt !== null,
      }),
      ...(address !== null && { address: { formatted: address } }),
      roles: held.roles,
    }
  }
}

function named(claims: Readonly<Record<string, string | null>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).filter((entry): entry is [string, string] => entry[1] !== null),
  )
}
