import type { Database } from '../../../../platform/database/tables.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { BulkAccountsService, Owners } from '../../../users/accounts/bulk/service.ts'
import type { ExternalIdsService } from '../../../users/external-ids/service.ts'
import type { OnProgress } from '../model.ts'
import type { TakenClaim } from '../questions/find-topics.ts'
import { type Claim, type ClaimKind, claimsOf, type StagedRow } from './model.ts'
import type { StagingRepository } from './repository.ts'

const batchRows = 500

export interface ComparisonOptions {
  readonly db: Database
  readonly bulkAccounts: Pick<BulkAccountsService, 'findOwners'>
  readonly externalIds: Pick<ExternalIdsService, 'findMany' | 'filterImported'>
}

/** Compares the staged rows with the accounts of this server. */
export class Comparison {
  readonly #options: ComparisonOptions
  readonly #source: string
  readonly #staging: StagingRepository

  constructor(options: ComparisonOptions, source: string, staging: StagingRepository) {
    this.#options = options
    this.#source = source
    this.#staging = staging
  }

  /**
   * Marks the rows that an earlier run has imported, and calls back for each row that is left.
   * @returns the identifiers that accounts have which this import has not made
   */
  async run(onRow: (row: StagedRow) => void, onProgress: OnProgress): Promise<TakenClaim[]> {
    const taken: TakenClaim[] = []
    for (let after = 0; ; ) {
      const rows = this.#staging.next('created', after, batchRows)
      const fresh = await this.#markKnown(rows)
      for (const row of fresh) onRow(row)
      taken.push(...(await this.#takenBy(fresh)))
      onProgress({ phase: 'comparing', done: rows.at(-1)?.position ?? after, total: this.#staging.rows })
      if (rows.length < batchRows) return taken
      after = rows.at(-1)?.position ?? after
    }
  }

  async #markKnown(rows: readonly StagedRow[]): Promise<StagedRow[]> {
    const { db, externalIds } = this.#options
    const keys = rows.flatMap(({ key }) => (key === null ? [] : [key]))
    const owned = await externalIds.findMany(db, this.#source, keys)
    const accounts = new Map(owned.map(({ accountId, id }) => [id, accountId]))
    return rows.filter(({ key, position }) => {
      const accountId = key === null ? undefined : accounts.get(key)
      if (accountId !== undefined) this.#staging.change(position, { outcome: 'known', accountId })
      return accountId === undefined
    })
  }

  async #takenBy(rows: readonly StagedRow[]): Promise<TakenClaim[]> {
    const { bulkAccounts, db } = this.#options
    const claims = rows.flatMap(({ candidate, position }) =>
      candidate === null ? [] : claimsOf(candidate, position),
    )
    const valuesOf = (kind: ClaimKind) =>
      claims.filter((claim) => claim.kind === kind).map(({ value }) => value)
    const owners = await bulkAccounts.findOwners(db, {
      emails: valuesOf('email'),
      phoneNumbers: valuesOf('phone_number'),
      skeletons: valuesOf('username'),
    })
    const foreign = await this.#withoutOwn(owners)
    const keys = new Map(rows.map(({ key, position }) => [position, key ?? '']))
    return claims.flatMap((claim) => takenClaim(claim, foreign, keys.get(claim.position) ?? ''))
  }

  /** Rows of this import that want the same identifier are another question, so their accounts do not count here. */
  async #withoutOwn({ emails, phoneNumbers, skeletons }: Owners): Promise<ForeignOwners> {
    const all = [...emails, ...phoneNumbers, ...skeletons].map(({ accountId }) => accountId)
    const ids = [...new Set(all.filter((id) => id !== null))]
    const own = await this.#options.externalIds.filterImported(this.#options.db, this.#source, ids)
    const mapOf = (owned: Owners['emails']) =>
      new Map(
        owned
          .filter(({ accountId }) => accountId === null || !own.has(accountId))
          .map(({ accountId, value }) => [value, accountId]),
      )
    return { email: mapOf(emails), phone_number: mapOf(phoneNumbers), username: mapOf(skeletons) }
  }
}

type ForeignOwners = Readonly<Record<ClaimKind, ReadonlyMap<string, AccountId | null>>>

function takenClaim({ kind, position, value }: Claim, owners: ForeignOwners, key: string): TakenClaim[] {
  const accountId = owners[kind].get(value)
  return accountId === undefined ? [] : [{ position, key, kind, accountId }]
}
