import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { notFound } from '../../../../platform/kernel/problems.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { CodesService } from '../../../authenticators/codes/service.ts'
import type { LinkedAccountsService } from '../../../authenticators/linked-accounts/service.ts'
import { type Author, rolesMax } from '../../../authorization/roles/model.ts'
import type { RolesService } from '../../../authorization/roles/service.ts'
import type { OutboxService } from '../../../messages/outbox/service.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { DeletionsService, ErasedByMerge } from '../../../self-service/deletions/service.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import type { Contact } from '../../../users/accounts/contacts/model.ts'
import type { ContactsService } from '../../../users/accounts/contacts/service.ts'
import type { IdentifiersService } from '../../../users/accounts/identifiers/service.ts'
import { differences } from '../../../users/accounts/model.ts'
import type { PrivateDetailsService } from '../../../users/accounts/private-details/service.ts'
import type { AccountsService } from '../../../users/accounts/service.ts'
import type { ExternalIdsService } from '../../../users/external-ids/service.ts'
import type { ProfilesService } from '../../../users/profiles/service.ts'
import type { Targets } from '../targets.ts'
import {
  type MergedField,
  type MergeSide,
  moves,
  notMergeable,
  planOf,
  rolesForbidden,
  sameAccount,
  sourceMissing,
  textsOf,
  tooManyRolesTogether,
} from './model.ts'

export interface MergeOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'get' | 'patch'>
  readonly audit: Pick<AuditService, 'success'>
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly contacts: Pick<ContactsService, 'list' | 'move'>
  readonly deletions: Pick<DeletionsService, 'eraseMerged'>
  readonly externalIds: Pick<ExternalIdsService, 'list' | 'move'>
  readonly linkedAccounts: Pick<LinkedAccountsService, 'list' | 'move'>
  readonly identifiers: Pick<IdentifiersService, 'handOver' | 'takeOver'>
  readonly outbox: Pick<OutboxService, 'notifyEveryContact'>
  readonly privateDetails: Pick<PrivateDetailsService, 'open'>
  readonly profiles: Pick<ProfilesService, 'get' | 'patch'>
  readonly roles: Pick<RolesService, 'replace' | 'rolesOf'>
  readonly sessions: Pick<SessionsService, 'endAll'>
  readonly targets: Targets
}

/** The account that remains, and the one that is merged into it. */
export interface Merge {
  readonly targetId: AccountId
  readonly sourceId: AccountId
}

interface Sides {
  readonly target: MergeSide
  readonly source: MergeSide
  readonly plan: readonly MergedField[]
}

const profileFields = ['occupation', 'country', 'county', 'description'] as const

/** Merges two accounts of one person. */
export class MergeService {
  readonly #options: MergeOptions

  constructor(options: MergeOptions) {
    this.#options = options
  }

  /** What a merge would do. @throws the errors of `merge` */
  async plan(merge: Merge, author: Author): Promise<readonly MergedField[]> {
    return await inTransaction(this.#options.db, async (transaction) => {
      const { plan } = await this.#lock(transaction, merge, author)
      return plan
    })
  }

  /**
   * Moves to the remaining account what it lacks, and erases the other one, in one transaction. Credentials never move,
   * apart from connected accounts of other providers: the owner signs in with those of the remaining account. All sessions of both end, and every contact of both is
   * notified (I8).
   * @throws `not_found`, `forbidden`, `not_mergeable`, `validation_failed`
   */
  async merge(merge: Merge, author: Author): Promise<readonly MergedField[]> {
    const { db } = this.#options
    const { plan, finish } = await inTransaction(db, async (transaction) => {
      const sides = await this.#lock(transaction, merge, author)
      return { plan: sides.plan, ...(await this.#apply(transaction, sides, author)) }
    })
    await finish()
    return plan
  }

  /** In the order of the ids, so that two merges at once cannot wait for each other. */
  async #lock(transaction: Transaction, { targetId, sourceId }: Merge, author: Author): Promise<Sides> {
    const { targets } = this.#options
    if (targetId === sourceId) throw sameAccount()
    for (const id of [targetId, sourceId].toSorted())
      await targets.lock(transaction, id, author).catch(async (error: unknown) => {
        if (id !== sourceId || !(error instanceof Failure) || error.problem !== notFound) throw error
        // If both are missing, the address of the request is wrong, and that is what the caller must hear.
        await targets.lock(transaction, targetId, author)
        throw sourceMissing()
      })
    const target = await this.#read(transaction, targetId)
    const source = await this.#read(transaction, sourceId)
    assertRolesMayMove({ target, source }, author)
    return { target, source, plan: planOf(target, source) }
  }

  async #read(transaction: Transaction, id: AccountId): Promise<MergeSide> {
    const { accounts, externalIds, linkedAccounts, privateDetails, profiles, roles } = this.#options
    const account = await accounts.get(transaction, id)
    if (account.status !== 'active' || account.kind !== 'person') throw new Failure(notMergeable)
    return {
      account,
      details: privateDetails.open(account),
      profile: await profiles.get(id, transaction),
      roles: await roles.rolesOf(transaction, id),
      externalIds: await externalIds.list(transaction, id),
      linkedAccounts: await linkedAccounts.list(transaction, id),
    }
  }

  async #apply(transaction: Transaction, sides: Sides, author: Author): Promise<ErasedByMerge> {
    const { accounts, audit, codes, contacts, deletions, externalIds, identifiers } = this.#options
    const { linkedAccounts, sessions } = this.#options
    const { target, source, plan } = sides
    const [targetId, sourceId] = [target.account.id, source.account.id]
    const moving = (await contacts.list(transaction, sourceId)).filter(({ kind }) => moves(plan, kind))
    // First the roles: if the source is the last administrator, the target is one before the source is gone.
    await this.#moveRoles(transaction, sides)
    const movesUsername = moves(plan, 'username')
    await identifiers.handOver(transaction, sourceId, targetId, { isInUse: movesUsername })
    await externalIds.move(transaction, sourceId, targetId)
    await linkedAccounts.move(transaction, sourceId, targetId)
    const erased = await deletions.eraseMerged(transaction, sourceId, author.context)
    if (movesUsername) await identifiers.takeOver(transaction, targetId, source.account.username ?? '')
    await this.#moveTexts(transaction, sides, moving)
    await sessions.endAll(transaction, targetId)
    await codes.cancelAll(transaction, targetId)
    const changes = differences(target.account, await accounts.get(transaction, targetId))
    const after = { ...changes.after, merged: sourceId }
    const subject = { accountId: targetId, changes: { before: changes.before, after } }
    await audit.success(transaction, 'merge', subject, author.context)
    await this.#notify(transaction, sides)
    return erased
  }

  async #moveRoles(transaction: Transaction, { target, source }: Sides): Promise<void> {
    const all = [...new Set([...target.roles, ...source.roles])].toSorted()
    if (all.length > target.roles.length)
      await this.#options.roles.replace(transaction, target.account.id, { before: target.roles, after: all })
  }

  async #moveTexts(
    transaction: Transaction,
    { target, source, plan }: Sides,
    moving: readonly Contact[],
  ): Promise<void> {
    const { accounts, contacts, profiles } = this.#options
    const { id } = target.account
    const texts = textsOf(source)
    const moved = (field: string) => (moves(plan, field) ? texts[field] : undefined)
    for (const contact of moving) await contacts.move(transaction, id, contact)
    await accounts.patch(
      transaction,
      id,
      withoutAbsent({
        fullName: moved('full_name'),
        givenName: moved('given_name'),
        familyName: moved('family_name'),
        locale: moved('locale'),
        address: moved('address'),
        nationalId: moved('national_id'),
      }),
    )
    const links = Object.keys(source.profile.socialLinks).map((name) => [name, moved(name)] as const)
    const socialLinks = withoutAbsent(Object.fromEntries(links))
    const patch = withoutAbsent({
      ...Object.fromEntries(profileFields.map((field) => [field, moved(field)])),
      homeAddress: moved('home_address'),
    })
    const hasLinks = Object.keys(socialLinks).length > 0
    await profiles.patch(transaction, id, { ...patch, ...(hasLinks && { socialLinks }) })
  }

  async #notify(transaction: Transaction, { target, source }: Sides): Promise<void> {
    const { outbox } = this.#options
    const facts = { context: noRequest }
    await outbox.notifyEveryContact(transaction, target.account, 'accounts_merged', facts)
    // Its erasure has deleted every message to it, so this one belongs to the account that remains.
    const former = { ...source.account, id: target.account.id }
    await outbox.notifyEveryContact(transaction, former, 'accounts_merged', facts)
  }
}

/** @throws `forbidden`, `validation_failed` */
function assertRolesMayMove({ target, source }: Pick<Sides, 'target' | 'source'>, { caller }: Author): void {
  const all = new Set([...target.roles, ...source.roles])
  if (all.size === target.roles.length) return
  if (caller !== null && !caller.permissions.includes('roles:write')) throw rolesForbidden()
  if (all.size > rolesMax) throw tooManyRolesTogether()
}

function withoutAbsent<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
