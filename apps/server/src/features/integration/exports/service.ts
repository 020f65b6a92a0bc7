import type { Sealer } from '../../../platform/crypto/sealing.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { Clock } from '../../../platform/kernel/clock.ts'
import type { AccountId, PictureId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { PictureTransferService } from '../../users/pictures/transfers/service.ts'
import { encodeRow, type Members, type Row } from './encoding.ts'
import { type ExportEnd, type ExportHeader, exportFormat, exportVersion } from './model.ts'
import type { RowsRepository } from './repository.ts'
import { type LineKind, lineKinds, type Part } from './shape.ts'

export interface ExportsServiceOptions {
  readonly db: Database
  readonly clock: Clock
  readonly rows: RowsRepository
  readonly sealer: Pick<Sealer, 'keyId' | 'open'>
  readonly audit: Pick<AuditService, 'success'>
  readonly pictureTransfers: Pick<PictureTransferService, 'read'>
}

export interface ExportOptions {
  /** A session lets its holder in, so the file has none unless the operator asks for them. */
  readonly sessions: boolean
  /** Called for each picture whose files are missing in the store. */
  readonly onLostPicture?: (accountId: AccountId) => void
}

/** Small enough that the rows of so many accounts need little memory. */
const linesAtOnce = 200

/**
 * Exports all accounts as JSON Lines, with their hashes and with what is sealed in the database open: a file that only
 * this server can read would keep its operator from leaving.
 */
export class ExportsService {
  readonly #options: ExportsServiceOptions

  constructor(options: ExportsServiceOptions) {
    this.#options = options
  }

  /** Records that someone with access to the server takes all data. */
  async record(): Promise<void> {
    const { audit, db } = this.#options
    await audit.success(db, 'user_export', {}, noRequest)
  }

  /**
   * The lines of the file, one account at a time.
   * @param snapshot shows one state of the database, however long the export takes
   */
  async *lines(snapshot: Database, options: ExportOptions): AsyncGenerator<string> {
    const counts: Record<string, number> = {}
    yield lineOf(this.#header(options))
    for (const kind of lineKinds) {
      let count = 0
      for await (const line of this.#linesOf(snapshot, kind, options)) {
        count += 1
        yield lineOf({ type: kind.type, ...line })
      }
      counts[kind.type] = count
    }
    yield lineOf({ type: 'end', lines: counts } satisfies ExportEnd)
  }

  #header({ sessions }: ExportOptions): ExportHeader {
    const { clock, sealer } = this.#options
    return {
      type: 'header',
      format: exportFormat,
      version: exportVersion,
      exported_at: clock.now().toISOString(),
      secret_id: sealer.keyId,
      sessions,
    }
  }

  async *#linesOf(db: Database, kind: LineKind, options: ExportOptions): AsyncGenerator<Members> {
    const { rows, sealer } = this.#options
    const { table, idColumn, withoutOwner } = kind
    const parts = kind.parts.filter((part) => options.sessions || part.table !== 'sessions')
    for await (const batch of rows.batches(db, table, { withoutOwner, limit: linesAtOnce })) {
      const ids = batch.map((row) => row[idColumn])
      const partsOf = await this.#readParts(db, parts, ids)
      for (const row of batch) {
        const own = encodeRow(table, row, sealer)
        const members = { ...own, ...partsOf(row[idColumn]) }
        yield kind.type === 'account' ? await this.#withPicture(db, members, options) : members
      }
    }
  }

  /** Reads the parts of all these rows together. @returns the members of one of them */
  async #readParts(db: Database, parts: readonly Part[], ids: readonly unknown[]) {
    const read = await Promise.all(parts.map(async (part) => await this.#readPart(db, part, ids)))
    return (id: unknown): Members => Object.assign({}, ...read.map((membersOf) => membersOf(id))) as Members
  }

  async #readPart(db: Database, part: Part, ids: readonly unknown[]) {
    const { rows, sealer } = this.#options
    const { member, form, ownerColumn, table } = part
    const found = await rows.listBy(db, table, ownerColumn, ids)
    const ownIds = found.map((row) => row['id'])
    const partsOf = part.parts.length > 0 ? await this.#readParts(db, part.parts, ownIds) : () => ({})
    const byOwner = Map.groupBy(found, (row: Row) => row[ownerColumn])
    return (id: unknown): Members => {
      const own = (byOwner.get(id) ?? []).map((row) => ({
        ...encodeRow(table, row, sealer),
        ...partsOf(row['id']),
      }))
      return { [member]: inForm(form, own) }
    }
  }

  // One picture at a time: the files of one take up to three megabytes.
  async #withPicture(db: Database, account: Members, options: ExportOptions): Promise<Members> {
    const picture = account['picture'] as Members | null
    if (picture === null) return account
    const names = { accountId: account['id'] as AccountId, id: picture['id'] as PictureId, token: '' }
    const files = await this.#options.pictureTransfers.read(db, names)
    // Another store has them, or they are lost. The account is worth more than its picture.
    if (files === null) {
      options.onLostPicture?.(names.accountId)
      return { ...account, picture: null }
    }
    const encoded = files.map(({ name, content }) => [name, Buffer.from(content).toString('base64')])
    return { ...account, picture: { ...picture, files: Object.fromEntries(encoded) as Members } }
  }
}

function inForm(form: Part['form'], own: readonly Members[]): unknown {
  switch (form) {
    case 'one':
      return own[0] ?? null
    case 'list':
      return own
    case 'values':
      return own.flatMap((members) => Object.values(members))
  }
}

function lineOf(value: object): string {
  return `${JSON.stringify(value)}\n`
}
