import { ScratchDatabase } from '../../../../platform/database/scratch-database.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import type { Note, RowRefusal } from '../model.ts'
import type { Candidate } from '../rows/model.ts'
import { type ClaimKind, claimsOf, type Outcome, type StagedRow } from './model.ts'

const schema = `
  create table rows (
    position integer primary key, key text, outcome text not null, candidate text, notes text not null,
    code text, detail text, account_id text, merged_into integer, picture blob
  );
  create unique index rows_key on rows (key);
  create table claims (kind text not null, value text not null, position integer not null);`

interface Stored {
  readonly position: number
  readonly key: string | null
  readonly outcome: Outcome
  readonly candidate: string | null
  readonly notes: string
  readonly code: string | null
  readonly detail: string | null
  readonly account_id: AccountId | null
  readonly merged_into: number | null
}

const columns = 'position, key, outcome, candidate, notes, code, detail, account_id, merged_into'

/** A row to stage. */
export interface NewRow {
  readonly key: string | null
  readonly outcome: Outcome
  readonly candidate: Candidate | null
  readonly notes: readonly Note[]
  readonly refusal: RowRefusal | null
  readonly picture: Uint8Array | null
}

export interface Change {
  readonly outcome?: Outcome
  readonly candidate?: Candidate
  readonly refusal?: RowRefusal
  readonly accountId?: AccountId
  readonly mergedInto?: number
}

/** Several rows that want the same identifier. */
export interface SharedClaim {
  readonly kind: ClaimKind
  readonly value: string
  readonly positions: readonly number[]
}

/** The rows of the source as they were read, on the disk, until the command ends. */
export class StagingRepository {
  readonly #scratch = new ScratchDatabase(schema)
  #rows = 0

  /** @returns false if an earlier row has the same key */
  add({ key, outcome, candidate, notes, refusal, picture }: NewRow): boolean {
    if (key !== null && this.positionOf(key) !== null) return false
    this.#rows += 1
    const position = this.#rows
    const { code = null, detail = null } = refusal ?? {}
    this.#scratch.run(
      'insert into rows (position, key, outcome, candidate, notes, code, detail, picture) values (?, ?, ?, ?, ?, ?, ?, ?)',
      [
        position,
        key,
        outcome,
        candidate && JSON.stringify(candidate),
        JSON.stringify(notes),
        code,
        detail,
        picture,
      ],
    )
    if (candidate !== null)
      for (const { kind, value } of claimsOf(candidate, position))
        this.#scratch.run('insert into claims values (?, ?, ?)', [kind, value, position])
    return true
  }

  /** Call it after the last row. */
  finish(): void {
    this.#scratch.run('create index claims_value on claims (kind, value, position)')
    this.#scratch.run('create index rows_outcome on rows (outcome, position)')
    this.#scratch.run('create index rows_merged on rows (merged_into) where merged_into is not null')
  }

  positionOf(key: string): number | null {
    const [row] = this.#scratch.all<{ position: number }>('select position from rows where key = ?', [key])
    return row?.position ?? null
  }

  change(position: number, { outcome, candidate, refusal, accountId, mergedInto }: Change): void {
    const changed = {
      outcome,
      candidate: candidate && JSON.stringify(candidate),
      code: refusal?.code,
      detail: refusal?.detail,
      account_id: accountId,
      merged_into: mergedInto,
    }
    for (const [column, value] of Object.entries(changed))
      if (value !== undefined)
        this.#scratch.run(`update rows set ${column} = ? where position = ?`, [value, position])
  }

  note(position: number, note: Note): void {
    this.#scratch.run("update rows set notes = json_insert(notes, '$[#]', json(?)) where position = ?", [
      JSON.stringify(note),
      position,
    ])
  }

  /** The next rows with this outcome. */
  next(outcome: Outcome, after: number, limit: number): StagedRow[] {
    const sql = `select ${columns} from rows where outcome = ? and position > ? order by position limit ?`
    return this.#scratch.all<Stored>(sql, [outcome, after, limit]).map(toRow)
  }

  get(position: number): StagedRow {
    const [row] = this.#scratch.all<Stored>(`select ${columns} from rows where position = ?`, [position])
    if (row === undefined) throw new RangeError(`no row ${position}`)
    return toRow(row)
  }

  mergedInto(position: number): StagedRow[] {
    const sql = `select ${columns} from rows where merged_into = ? order by position`
    return this.#scratch.all<Stored>(sql, [position]).map(toRow)
  }

  picture(position: number): Uint8Array | null {
    const sql = 'select picture from rows where position = ?'
    return this.#scratch.all<{ picture: Uint8Array | null }>(sql, [position])[0]?.picture ?? null
  }

  /** All rows in the order of the source. */
  *all(): Generator<StagedRow, void> {
    for (const row of this.#scratch.each<Stored>(`select ${columns} from rows order by position`))
      yield toRow(row)
  }

  /** What several rows want, the first ones. */
  sharedClaims(limit: number): SharedClaim[] {
    const shared = this.#scratch.all<{ kind: ClaimKind; value: string; positions: string }>(
      `select kind, value, group_concat(position) as positions
       from (select distinct kind, value, position from claims order by kind, value, position)
       group by kind, value having count(*) > 1 order by min(position) limit ?`,
      [limit],
    )
    return shared.map(({ kind, value, positions }) => ({
      kind,
      value,
      positions: positions.split(',').map(Number),
    }))
  }

  count(): Record<string, number> {
    const counted = this.#scratch.all<{ outcome: string; number: number }>(
      'select outcome, count(*) as number from rows group by outcome',
    )
    return Object.fromEntries(counted.map(({ outcome, number }) => [outcome, number]))
  }

  get rows(): number {
    return this.#rows
  }

  close(): void {
    this.#scratch.close()
  }
}

function toRow(row: Stored): StagedRow {
  return {
    position: row.position,
    key: row.key,
    outcome: row.outcome,
    candidate: row.candidate === null ? null : (JSON.parse(row.candidate) as Candidate),
    notes: JSON.parse(row.notes) as Note[],
    refusal: row.code === null ? null : { code: row.code, detail: row.detail ?? '' },
    accountId: row.account_id,
    mergedInto: row.merged_into,
  }
}
