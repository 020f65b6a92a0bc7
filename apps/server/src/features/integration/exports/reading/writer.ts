import type { Sealer } from '../../../../platform/crypto/sealing.ts'
import { UniqueViolation } from '../../../../platform/database/faults.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { AccountId, PictureId } from '../../../../platform/kernel/ids.ts'
import { noRequest } from '../../../../platform/kernel/request-context.ts'
import type { CountingService } from '../../../administration/statistics/counting/service.ts'
import type { AuditService } from '../../../safeguards/audit/service.ts'
import { searchTermsOf } from '../../../users/accounts/identifiers/search-terms.ts'
import type { ExternalIdsService } from '../../../users/external-ids/service.ts'
import type { PictureTransferService } from '../../../users/pictures/transfers/service.ts'
import { type ExportedTable, exportedTables } from '../columns.ts'
import { type Row, sealRow } from '../encoding.ts'
import type { Outcome } from '../model.ts'
import type { RowsRepository } from '../repository.ts'
import { type Judge, refusal } from './judge.ts'
import type { ExportLine } from './line.ts'

export interface WriterOptions {
  readonly db: Database
  readonly rows: RowsRepository
  readonly sealer: Pick<Sealer, 'seal'>
  readonly audit: Pick<AuditService, 'successes'>
  readonly counting: Pick<CountingService, 'changePeople'>
  readonly pictureTransfers: Pick<PictureTransferService, 'store' | 'storeName'>
  readonly externalIds: Pick<ExternalIdsService, 'raise'>
  readonly judge: Judge
}

type StoreInTransaction = (transaction: Transaction) => Promise<void>

/** Adds lines of one kind to the database: each completely or not at all. */
export class LineWriter {
  readonly #options: WriterOptions

  constructor(options: WriterOptions) {
    this.#options = options
  }

  /** @returns an outcome for each line, in order */
  async add(lines: readonly ExportLine[], roles: ReadonlySet<string>): Promise<readonly Outcome[]> {
    const { db, judge } = this.#options
    const outcomes = await judge.judge(db, lines, roles)
    if (lines[0]?.kind.type === 'external_id_counter') {
      await this.#raiseCounters(lines)
      return outcomes
    }
    const created = lines.filter((_, index) => outcomes[index]?.kind === 'created')
    if (created.length === 0) return outcomes
    try {
      await this.#insert(created)
      return outcomes
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error
    }
    // Two lines exclude each other, or a server has added something at this moment. Alone, each line gets its own answer.
    if (lines.length === 1) return [await this.#outcomeOfLoser(lines, roles)]
    const alone: Outcome[] = []
    for (const line of lines) alone.push(...(await this.add([line], roles)))
    return alone
  }

  /** A server that has given more numbers itself goes on from there. */
  async #raiseCounters(lines: readonly ExportLine[]): Promise<void> {
    const { db, externalIds } = this.#options
    await inTransaction(db, async (transaction) => {
      for (const { id, rows } of lines)
        await externalIds.raise(transaction, id, Number(rows[0]?.row['last_number']))
    })
  }

  async #outcomeOfLoser(lines: readonly ExportLine[], roles: ReadonlySet<string>): Promise<Outcome> {
    const { db, judge } = this.#options
    const [now] = await judge.judge(db, lines, roles)
    return now === undefined || now.kind === 'created' ? refusal('taken') : now
  }

  async #insert(lines: readonly ExportLine[]): Promise<void> {
    // The files are stored before the transaction: nothing in a transaction may be slow.
    const stored = await Promise.all(lines.map((line) => this.#storePicture(line)))
    await inTransaction(this.#options.db, async (transaction) => {
      await this.#insertRows(transaction, lines)
      for (const store of stored) await store?.(transaction)
      const accounts = lines.filter(({ kind }) => kind.type === 'account')
      const people = accounts.filter(({ rows }) => rows.some(isPerson))
      if (people.length > 0) await this.#options.counting.changePeople(transaction, people.length)
      const subjects = accounts.map(({ id }) => ({ accountId: id as AccountId }))
      if (subjects.length > 0) await this.#options.audit.successes(transaction, 'import', subjects, noRequest)
    })
  }

  async #insertRows(transaction: Transaction, lines: readonly ExportLine[]): Promise<void> {
    const { rows, sealer } = this.#options
    const byTable = Map.groupBy(
      lines.flatMap((line) => line.rows),
      ({ table }) => table,
    )
    for (const table of exportedTables)
      await rows.insert(
        transaction,
        table,
        (byTable.get(table) ?? []).map(({ row }) => sealRow(table, this.#inStore(table, row), sealer)),
      )
    const accounts = byTable.get('accounts') ?? []
    await rows.insert(
      transaction,
      'account_terms',
      accounts.flatMap(({ row }) => termsOf(row)),
    )
  }

  #inStore(table: ExportedTable, row: Row): Row {
    return table === 'pictures' ? { ...row, store: this.#options.pictureTransfers.storeName } : row
  }

  async #storePicture({ id, picture, rows }: ExportLine): Promise<StoreInTransaction | undefined> {
    const row = rows.find(({ table }) => table === 'pictures')?.row
    if (picture === null || row === undefined) return undefined
    const names = {
      accountId: id as AccountId,
      id: row['id'] as PictureId,
      token: String(row['token']),
    }
    return await this.#options.pictureTransfers.store(names, picture.files)
  }
}

function isPerson({ table, row }: ExportLine['rows'][number]): boolean {
  return table === 'accounts' && row['kind'] === 'person'
}

function termsOf(account: Row): readonly Row[] {
  const text = (column: string) => {
    const value = account[column]
    return typeof value === 'string' ? value : null
  }
  const terms = searchTermsOf({
    username: text('username'),
    usernameCanonical: text('username_canonical'),
    email: text('email'),
    emailCanonical: text('email_canonical'),
    phoneNumber: text('phone_number'),
    fullName: text('full_name'),
    givenName: text('given_name'),
    familyName: text('family_name'),
  })
  return terms.map((term) => ({ account_id: account['id'], term }))
}
