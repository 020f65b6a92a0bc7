import type { Database } from '../../../../../platform/database/tables.ts'
import type { Account } from '../../../../../platform/kernel/account.ts'
import { Failure } from '../../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../../platform/kernel/ids.ts'
import type { Permission } from '../../../../../platform/kernel/permission.ts'
import type { Principal } from '../../../../../platform/kernel/principal.ts'
import { forbidden, notFound } from '../../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../../platform/kernel/request-context.ts'
import type { UserPatch } from '../../../../administration/users/changes/model.ts'
import type { UserChangeService } from '../../../../administration/users/changes/service.ts'
import { everyone, type ListedUser } from '../../../../administration/users/search/model.ts'
import type { UserSearchService } from '../../../../administration/users/search/service.ts'
import type { AdministrationService } from '../../../../administration/users/service.ts'
import type { GivenCredentials } from '../../../../authentication/reauthentication/model.ts'
import type { ReauthenticationService } from '../../../../authentication/reauthentication/service.ts'
import type { TypedContact } from '../../../../self-service/contacts/model.ts'
import type { DeletionsService } from '../../../../self-service/deletions/service.ts'
import type { IdentifiersService } from '../../../../users/accounts/identifiers/service.ts'
import type { PrivateDetailsService } from '../../../../users/accounts/private-details/service.ts'
import type { AccountsService } from '../../../../users/accounts/service.ts'
import type { ExternalIdsService } from '../../../../users/external-ids/service.ts'
import { type ShownAccount, oauthBearerSource as source } from '../model.ts'

/** Sends a code to a new contact, with which its owner confirms it. */
export interface ContactChanges {
  request(
    caller: Principal,
    request: GivenCredentials & { readonly contact: TypedContact },
    context: RequestContext,
  ): Promise<void>
}

export interface OauthBearerUsersOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'update'>
  readonly administration: Pick<AdministrationService, 'delete'>
  readonly contactChangeRequests: ContactChanges
  readonly deletions: Pick<DeletionsService, 'deleteRestorable'>
  readonly externalIds: Pick<ExternalIdsService, 'find' | 'numberOf' | 'numbersOf'>
  readonly identifiers: Pick<IdentifiersService, 'checkPatch' | 'readNewAccount' | 'typedPhoneNumber'>
  readonly privateDetails: Pick<PrivateDetailsService, 'open'>
  readonly reauthentication: Pick<ReauthenticationService, 'byFreshCaller'>
  readonly userChange: Pick<UserChangeService, 'change'>
  readonly userSearch: Pick<UserSearchService, 'get' | 'list'>
}

/** A change of a user, in the terms of the native API. */
export type OldUserPatch = Pick<UserPatch, 'fullName' | 'address' | 'nationalId'> & {
  readonly email?: string
  readonly phoneNumber?: string
}

export interface OldPage {
  /** The last id before the page; null for the first page. */
  readonly after: number | null
  readonly limit: number
}

/**
 * The users of the old API, by their integer ids. Everyone may do with their own account what the native API lets them
 * do. With another one, only someone who has the permission for the native call may do that, and only below their rank.
 */
export class OauthBearerUsers {
  readonly #options: OauthBearerUsersOptions

  constructor(options: OauthBearerUsersOptions) {
    this.#options = options
  }

  async numberOf(accountId: AccountId): Promise<number> {
    return await this.#options.externalIds.numberOf(this.#options.db, accountId, source)
  }

  async own({ account, roles }: Pick<Principal, 'account' | 'roles'>): Promise<ShownAccount> {
    const details = this.#options.privateDetails.open(account)
    const phoneNumber = await this.#phoneNumberOf(account)
    return { id: await this.numberOf(account.id), account, roles, details, phoneNumber }
  }

  /**
   * All users, in the order of their creation; for someone without the permission, only themselves.
   * @throws `not_found` if the account before the page has been erased
   */
  async list(caller: Principal, { after, limit }: OldPage): Promise<readonly ShownAccount[]> {
    const { db, externalIds, userSearch } = this.#options
    if (!caller.permissions.includes('users:read')) return after === null ? [await this.own(caller)] : []
    const start = after === null ? null : await this.#find(after)
    // From the start, a client that reads page after page would never end.
    if (after !== null && start === null) throw new Failure(notFound)
    const filter = { ...everyone, kind: 'person' } as const
    const { users } = await userSearch.list(filter, { after: start, direction: 'oldest_first', limit })
    const ids = users.map(({ account }) => account.id)
    const numbers = await externalIds.numbersOf(db, ids, source)
    const shown: ShownAccount[] = []
    for (const user of users) {
      const number = numbers.get(user.account.id)
      if (number !== undefined) shown.push(await this.#shown(caller, user, number))
    }
    return shown
  }

  /** @throws `forbidden`, `not_found` */
  async get(caller: Principal, number: number): Promise<ShownAccount> {
    const id = await this.#target(caller, number, 'users:read')
    if (id === caller.accountId) return { ...(await this.own(caller)), id: number }
    return await this.#shown(caller, await this.#options.userSearch.get(id), number)
  }

  /**
   * The owner confirms a new contact with the code that is sent there, so the answer still has the old one.
   * @throws `forbidden`, `not_found`, and the errors of the native changes
   */
  async change(
    caller: Principal,
    number: number,
    patch: OldUserPatch,
    context: RequestContext,
  ): Promise<ShownAccount> {
    const { userChange, userSearch } = this.#options
    const id = await this.#target(caller, number, 'users:write')
    if (id === caller.accountId) return { ...(await this.#changeOwn(caller, patch, context)), id: number }
    const { account } = await userSearch.get(id)
    const needed = this.#withoutUnchanged(account, withoutHidden(caller, patch))
    if (Object.keys(needed).length > 0) await userChange.change(id, needed, { caller, context }, caller)
    return await this.#shown(caller, await userSearch.get(id), number)
  }

  /**
   * Deletes the account as the native API does: it is erased after the grace period.
   * @throws `forbidden`, `not_found`, `step_up_required`, and the errors of the native deletions
   */
  async delete(
    caller: Principal,
    number: number,
    given: GivenCredentials,
    context: RequestContext,
  ): Promise<void> {
    const { administration, deletions, reauthentication } = this.#options
    const id = await this.#target(caller, number, 'users:delete')
    if (id === caller.accountId) {
      await deletions.deleteRestorable(caller, given, context)
      return
    }
    // As for the native call: a stolen session is not enough (I8).
    await reauthentication.byFreshCaller(caller)
    await administration.delete(id, { caller, context })
  }

  /** Says nothing about whether there is such an id to someone who may not see it (I14). */
  async #target(caller: Principal, number: number, permission: Permission): Promise<AccountId> {
    const id = await this.#find(number)
    if (id === caller.accountId) return id
    if (!caller.permissions.includes(permission))
      throw new Failure(forbidden, { detail: 'Not enough permissions', refusedBy: permission })
    if (id === null) throw new Failure(notFound)
    return id
  }

  async #find(number: number): Promise<AccountId | null> {
    const { db, externalIds } = this.#options
    return await externalIds.find(db, { source, id: String(number) })
  }

  async #changeOwn(caller: Principal, given: OldUserPatch, context: RequestContext): Promise<ShownAccount> {
    const { accounts, contactChangeRequests, identifiers } = this.#options
    const { email, phoneNumber, ...patch } = this.#withoutUnchanged(caller.account, given)
    identifiers.checkPatch({
      ...patch,
      ...(email !== undefined && { email }),
      ...(phoneNumber !== undefined && { phoneNumber }),
    })
    const contacts: TypedContact[] = [
      ...(email === undefined ? [] : [{ kind: 'email', text: email } as const]),
      ...(phoneNumber === undefined ? [] : [{ kind: 'phone_number', text: phoneNumber } as const]),
    ]
    for (const contact of contacts) await contactChangeRequests.request(caller, { contact }, context)
    const account = await accounts.update(caller.accountId, patch, context)
    return await this.own({ ...caller, account })
  }

  /** Old pages send all fields. Contacts that are the same must not end sessions or send messages. */
  #withoutUnchanged(account: Account, { email, phoneNumber, ...patch }: OldUserPatch): OldUserPatch {
    const { identifiers } = this.#options
    const isOwnEmail =
      email === undefined ||
      email === account.email ||
      identifiers.readNewAccount({ email }).email?.canonical === canonicalOf(identifiers, account)
    const isOwnNumber =
      phoneNumber === undefined ||
      identifiers.readNewAccount({ phoneNumber }).phoneNumber?.canonical === account.phoneNumber
    return {
      ...patch,
      ...(!isOwnEmail && { email }),
      ...(!isOwnNumber && { phoneNumber }),
    }
  }

  async #shown(caller: Principal, { account, roles }: ListedUser, id: number): Promise<ShownAccount> {
    const maySeeDetails = caller.permissions.includes('users:private')
    const details = maySeeDetails ? this.#options.privateDetails.open(account) : null
    return { id, account, roles, details, phoneNumber: await this.#phoneNumberOf(account) }
  }

  async #phoneNumberOf({ id, phoneNumber }: Account): Promise<string | null> {
    if (phoneNumber === null) return null
    return (await this.#options.identifiers.typedPhoneNumber(id)) ?? phoneNumber
  }
}

function canonicalOf(identifiers: OauthBearerUsersOptions['identifiers'], { email }: Account): string | null {
  return email === null ? null : (identifiers.readNewAccount({ email }).email?.canonical ?? null)
}

/** What the caller was not shown comes back empty from old pages, and stays as it is. */
function withoutHidden(
  { permissions }: Principal,
  { address, nationalId, ...patch }: OldUserPatch,
): OldUserPatch {
  const maySee = permissions.includes('users:private')
  return {
    ...patch,
    ...(address !== undefined && (maySee || address !== null) && { address }),
    ...(nationalId !== undefined && (maySee || nationalId !== null) && { nationalId }),
  }
}
