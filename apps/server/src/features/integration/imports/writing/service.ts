import { availableParallelism } from 'node:os'
import { UniqueViolation } from '../../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { AdministrationService } from '../../../administration/users/service.ts'
import type { PasswordsService } from '../../../authenticators/passwords/service.ts'
import type { UserSecretsService } from '../../../authenticators/user-secrets/service.ts'
import { defaultRole } from '../../../authorization/roles/model.ts'
import type { RolesService } from '../../../authorization/roles/service.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import type { BulkAccountsService, PreparedAccount } from '../../../users/accounts/bulk/service.ts'
import type { AccountsService } from '../../../users/accounts/service.ts'
import type { ExternalIdsService } from '../../../users/external-ids/service.ts'
import type { PicturesService } from '../../../users/pictures/service.ts'
import type { ProfilesService } from '../../../users/profiles/service.ts'
import type { Note } from '../model.ts'
import type { Credentials } from './credentials.ts'
import { eachAtOnce } from './each-at-once.ts'
import type { PlannedAccount, PlannedLink } from './plan.ts'

export interface ImportWriterOptions {
  readonly db: Database
  readonly accounts: Pick<AccountsService, 'lock'>
  readonly administration: Pick<AdministrationService, 'recordSuspended'>
  readonly audit: Pick<AuditService, 'successes'>
  readonly bulkAccounts: Pick<BulkAccountsService, 'prepare' | 'create' | 'withoutHeld'>
  readonly externalIds: Pick<ExternalIdsService, 'add' | 'findMany'>
  readonly passwords: Pick<PasswordsService, 'storeAll'>
  readonly pictures: Pick<PicturesService, 'prepare'>
  readonly profiles: Pick<ProfilesService, 'createAll'>
  readonly roles: Pick<RolesService, 'grantAll'>
  readonly userSecrets: Pick<UserSecretsService, 'importAll'>
}

/** What the writer needs of one import. */
export interface ImportJob {
  /** Of the external ids. */
  readonly source: string
  readonly credentialsOf: (account: PlannedAccount) => Promise<Credentials>
  readonly picture: (position: number) => Buffer | null
}

/** What became of the accounts of a batch. */
export interface Written {
  readonly position: number
  readonly outcome: 'created' | 'known' | 'taken'
  readonly notes: readonly Note[]
}

interface Ready extends PreparedAccount {
  readonly planned: PlannedAccount
  readonly credentials: Credentials
  readonly storePicture: ((transaction: Transaction) => Promise<void>) | null
  readonly notes: readonly Note[]
}

/**
 * Writes accounts in batches. A batch and the external ids of its rows are stored in one transaction, so a row is imported
 * as a whole or not at all, and the next run finds what is done already.
 */
export class ImportWriter {
  readonly #options: ImportWriterOptions

  constructor(options: ImportWriterOptions) {
    this.#options = options
  }

  async create(job: ImportJob, planned: readonly PlannedAccount[]): Promise<Written[]> {
    const free = await this.#withoutHeld(planned)
    const ready = await this.#prepare(job, free)
    const taken = planned.filter((each) => !free.includes(each))
    return [...(await this.#store(job, ready)), ...taken.map(({ position }) => takenAt(position))]
  }

  /** Gives ids to accounts that were there before. @returns whether the account is still there */
  async link({ source }: ImportJob, { accountId, keys }: PlannedLink): Promise<boolean> {
    const { accounts, audit, db, externalIds } = this.#options
    try {
      await inTransaction(db, async (transaction) => {
        await accounts.lock(transaction, accountId)
        await externalIds.add(
          transaction,
          source,
          keys.map((id) => ({ accountId, id })),
        )
        await audit.successes(transaction, 'import', [subjectOf(accountId, source)], noRequest)
      })
      return true
    } catch (error) {
      if (error instanceof Failure && error.problem.kind !== 'unavailable') return false
      throw error
    }
  }

  /** Leaves out accounts whose contact someone else can get back. */
  async #withoutHeld(planned: readonly PlannedAccount[]): Promise<PlannedAccount[]> {
    const { bulkAccounts, db } = this.#options
    const candidates = planned.map(({ candidate }) => candidate)
    const free = new Set(await bulkAccounts.withoutHeld(db, candidates))
    return planned.filter(({ candidate }) => free.has(candidate))
  }

  /** Does everything that is slow, before the transaction. */
  async #prepare(job: ImportJob, planned: readonly PlannedAccount[]): Promise<Ready[]> {
    const prepared = this.#options.bulkAccounts.prepare(planned.map(({ candidate }) => candidate))
    const pairs = prepared.map((account, index) => ({ account, planned: planned[index] }))
    return await eachAtOnce(pairs, availableParallelism(), async ({ account, planned: each }) => {
      if (each === undefined) throw new RangeError('an account without its row')
      const credentials = await job.credentialsOf(each)
      const image = each.picturePosition === null ? null : job.picture(each.picturePosition)
      const picture = image === null ? noPicture : await this.#picture(account.id, image)
      const notes = [credentials.note, picture.note].filter((note) => note !== null)
      return { ...account, planned: each, credentials, storePicture: picture.storePicture, notes }
    })
  }

  async #picture(id: AccountId, image: Buffer): Promise<PreparedPicture> {
    try {
      return { storePicture: await this.#options.pictures.prepare(id, image), note: null }
    } catch (error) {
      if (!(error instanceof Failure) || error.problem.kind === 'unavailable') throw error
      const [fault = { code: error.problem.code, detail: error.message }] = error.errors
      const note = { field: 'picture', change: 'dropped', code: fault.code, detail: fault.detail } as const
      return { storePicture: null, note }
    }
  }

  /** If someone takes an identifier in the meantime, only that account is left out. */
  async #store(job: ImportJob, ready: readonly Ready[]): Promise<Written[]> {
    if (ready.length === 0) return []
    try {
      return await inTransaction(this.#options.db, (transaction) => this.#storeIn(transaction, job, ready))
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error
      const [first] = ready
      if (ready.length === 1 && first !== undefined) return [takenAt(first.planned.position)]
      const half = Math.ceil(ready.length / 2)
      return [
        ...(await this.#store(job, ready.slice(0, half))),
        ...(await this.#store(job, ready.slice(half))),
      ]
    }
  }

  async #storeIn(transaction: Transaction, { source }: ImportJob, ready: readonly Ready[]) {
    const { administration, audit, bulkAccounts, externalIds, passwords, profiles, roles, userSecrets } =
      this.#options
    const ids = ready.flatMap(({ planned }) => planned.keys)
    const owned = await externalIds.findMany(transaction, source, ids)
    const known = new Set(owned.map(({ id }) => id))
    const isNew = ({ planned }: Ready) => !planned.keys.some((key) => known.has(key))
    const created = ready.filter(isNew)
    await bulkAccounts.create(transaction, created)
    await roles.grantAll(transaction, created.flatMap(rolesOf))
    await passwords.storeAll(transaction, created.flatMap(passwordOf))
    await userSecrets.importAll(transaction, created.flatMap(secretOf))
    await profiles.createAll(transaction, created.flatMap(profileOf))
    for (const { storePicture } of created) await storePicture?.(transaction)
    const suspended = created.filter(({ planned }) => planned.candidate.isSuspended)
    await administration.recordSuspended(
      transaction,
      suspended.map(({ id }) => id),
    )
    await externalIds.add(
      transaction,
      source,
      created.flatMap(({ id: accountId, planned }) => planned.keys.map((id) => ({ accountId, id }))),
    )
    await audit.successes(
      transaction,
      'import',
      created.map(({ id }) => subjectOf(id, source)),
      noRequest,
    )
    return ready.map((each): Written => {
      const { notes, planned } = each
      return { position: planned.position, outcome: isNew(each) ? 'created' : 'known', notes }
    })
  }
}

interface PreparedPicture extends Pick<Ready, 'storePicture'> {
  readonly note: Note | null
}

const noPicture: PreparedPicture = { storePicture: null, note: null }

function takenAt(position: number): Written {
  return { position, outcome: 'taken', notes: [] }
}

function subjectOf(accountId: AccountId, source: string) {
  return { accountId, target: `import:${source}` }
}

function rolesOf({ id, planned }: Ready) {
  return [...new Set([defaultRole, ...planned.candidate.roles])].map((role) => ({ accountId: id, role }))
}

function passwordOf({ credentials: { passwordHash }, id }: Ready) {
  return passwordHash === null ? [] : [{ accountId: id, hash: passwordHash }]
}

function secretOf({ credentials: { userSecret }, id }: Ready) {
  return userSecret === null ? [] : [{ ...userSecret, accountId: id }]
}

function profileOf({ id, planned }: Ready) {
  const patch = planned.candidate.profile
  return Object.keys(patch).length === 0 ? [] : [{ accountId: id, patch }]
}
