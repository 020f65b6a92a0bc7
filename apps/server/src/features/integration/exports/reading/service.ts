import type { Database } from '../../../../platform/database/tables.ts'
import type { LineOutcome, Outcome } from '../model.ts'
import { linesOf } from './file-lines.ts'
import type { Judge } from './judge.ts'
import { type ExportLine, parseLine } from './line.ts'
import { LineOrder } from './line-order.ts'
import type { RolesReader } from './roles.ts'
import type { LineWriter } from './writer.ts'

export interface ExportReaderOptions {
  readonly db: Database
  readonly judge: Judge
  readonly roles: RolesReader
  readonly writer: LineWriter
}

/** Called for each line that is not only present or created, and after each batch. */
export interface ReadingObserver {
  readonly onOutcome?: (outcome: LineOutcome) => void
  readonly onProgress?: (lines: number) => void
}

/** How many lines of each kind had each outcome, such as `account.created`. */
export type OutcomeCounts = Readonly<Record<string, Readonly<Record<string, number>>>>

const linesAtOnce = 100
/** In characters. A line with a picture has about four million, so few of them are in memory at once. */
const sizeAtOnce = 16 * 1024 * 1024

/** Imports a file that the export has written. */
export class ExportReaderService {
  readonly #options: ExportReaderOptions

  constructor(options: ExportReaderOptions) {
    this.#options = options
  }

  /**
   * Reads the whole file and says what an import would do. Changes nothing.
   * @throws `not_an_export`, `export_incomplete`, `export_line_invalid`
   */
  async check(path: string, observer: ReadingObserver = {}): Promise<OutcomeCounts> {
    const { db, judge, roles } = this.#options
    return await this.#read(path, observer, {
      roles: (lines) => roles.judge(lines),
      others: (lines, names) => judge.judge(db, lines, names),
    })
  }

  /**
   * Adds what the database does not have. What it has is left as it is, so an import that was interrupted can be run
   * again. Call `check` first: a file that was cut must not be imported in part.
   */
  async import(path: string, observer: ReadingObserver = {}): Promise<OutcomeCounts> {
    const { roles, writer } = this.#options
    return await this.#read(path, observer, {
      roles: (lines) => roles.add(lines),
      others: (lines, names) => writer.add(lines, names),
    })
  }

  async #read(path: string, observer: ReadingObserver, act: Act): Promise<OutcomeCounts> {
    const counts = new Counts(observer)
    const names = new Set(await this.#options.roles.names())
    for await (const lines of batchesOf(path)) {
      const [first] = lines
      if (first?.kind.type === 'role') {
        for (const { id } of lines) names.add(id)
        counts.add(lines, await act.roles(lines))
      } else counts.add(lines, await act.others(lines, names))
    }
    return counts.all
  }
}

interface Act {
  roles(lines: readonly ExportLine[]): Promise<readonly Outcome[]>
  others(lines: readonly ExportLine[], names: ReadonlySet<string>): Promise<readonly Outcome[]>
}

class Counts {
  readonly #observer: ReadingObserver
  readonly #counts: Record<string, Record<string, number>> = {}
  #lines = 0

  constructor(observer: ReadingObserver) {
    this.#observer = observer
  }

  get all(): OutcomeCounts {
    return this.#counts
  }

  add(lines: readonly ExportLine[], outcomes: readonly Outcome[]): void {
    for (const [index, { id, kind, number }] of lines.entries()) {
      const outcome = outcomes[index]
      if (outcome === undefined) continue
      const ofKind = this.#counts[kind.type] ?? {}
      this.#counts[kind.type] = { ...ofKind, [outcome.kind]: (ofKind[outcome.kind] ?? 0) + 1 }
      if (outcome.kind !== 'created' && outcome.kind !== 'present')
        this.#observer.onOutcome?.({ line: number, type: kind.type, id, outcome })
    }
    this.#lines += lines.length
    this.#observer.onProgress?.(this.#lines)
  }
}

/** Lines of one kind together. Checks the first and the last line of the file, and the order of all. */
async function* batchesOf(path: string): AsyncGenerator<readonly ExportLine[]> {
  const order = new LineOrder()
  let batch: ExportLine[] = []
  let size = 0
  for await (const line of linesOf(path)) {
    const read = order.next(line, parseLine(line))
    if (read === null) continue
    const isOther = batch[0] !== undefined && batch[0].kind !== read.kind
    if (isOther || batch.length === linesAtOnce || size > sizeAtOnce) {
      yield batch
      batch = []
      size = 0
    }
    batch.push(read)
    size += read.size
  }
  order.end()
  if (batch.length > 0) yield batch
}
