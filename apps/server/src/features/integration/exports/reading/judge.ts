import type { Database } from '../../../../platform/database/tables.ts'
import type { ExportedTable } from '../columns.ts'
import type { Row } from '../encoding.ts'
import type { Outcome, RefusalReason } from '../model.ts'
import type { RowsRepository } from '../repository.ts'
import { hasOwnForms } from './checks.ts'
import type { ExportLine } from './line.ts'

/** A value that only one row may have. */
interface UniqueValue {
  readonly table: ExportedTable
  readonly column: string
  /** A second column: only both together must be unique. */
  readonly within?: string
  readonly reason: RefusalReason
  /** The place where another account may have it; its own table, if there is none. */
  readonly heldIn?: { readonly table: ExportedTable; readonly column: string }
}

const uniqueValues: readonly UniqueValue[] = [
  { table: 'accounts', column: 'username_canonical', reason: 'username_taken' },
  { table: 'accounts', column: 'email_canonical', reason: 'email_taken' },
  { table: 'accounts', column: 'phone_number', reason: 'phone_number_taken' },
  { table: 'username_skeletons', column: 'skeleton', reason: 'username_looks_like_another' },
  // Another account can get this contact back (A89).
  {
    table: 'accounts',
    column: 'email_canonical',
    reason: 'contact_held',
    heldIn: { table: 'former_contacts', column: 'email_canonical' },
  },
  {
    table: 'accounts',
    column: 'phone_number',
    reason: 'contact_held',
    heldIn: { table: 'former_contacts', column: 'phone_number' },
  },
  { table: 'external_ids', column: 'external_id', within: 'source', reason: 'external_id_taken' },
  { table: 'user_secrets', column: 'digest', reason: 'secret_taken' },
  { table: 'user_secrets', column: 'key_id', reason: 'secret_taken' },
  { table: 'api_keys', column: 'digest', reason: 'secret_taken' },
  { table: 'client_secrets', column: 'digest', reason: 'secret_taken' },
  { table: 'sessions', column: 'code_digest', reason: 'secret_taken' },
  { table: 'api_keys', column: 'id', reason: 'taken' },
  { table: 'clients', column: 'id', reason: 'taken' },
  { table: 'client_secrets', column: 'id', reason: 'taken' },
  { table: 'sessions', column: 'id', reason: 'taken' },
  { table: 'pictures', column: 'id', reason: 'taken' },
  { table: 'pictures', column: 'token', reason: 'taken' },
  { table: 'former_contacts', column: 'id', reason: 'taken' },
  { table: 'former_contacts', column: 'requested_link_digest', reason: 'taken' },
  { table: 'former_contacts', column: 'changed_link_digest', reason: 'taken' },
  { table: 'deletions', column: 'pseudonym', reason: 'taken' },
]

const details: Readonly<Record<RefusalReason, string>> = {
  username_taken: 'another account has its username',
  email_taken: 'another account has its email address',
  phone_number_taken: 'another account has its phone number',
  username_looks_like_another: 'its username looks like one that is in use or on hold',
  contact_held: 'another account had its email address or phone number, and can still get it back',
  external_id_taken: 'another account has its id in another system',
  secret_taken: 'another account has the same secret or key',
  role_missing: 'it has a role that neither the file nor this server defines',
  differs_from_its_canonical_form: 'its identifiers and their canonical forms do not belong together',
  taken: 'another account has something that must be unique',
}

export function refusal(reason: RefusalReason): Outcome {
  return { kind: 'refused', reason, detail: details[reason] }
}

/** Decides what becomes of lines of one kind, by what the database has now. */
export class Judge {
  readonly #rows: Pick<RowsRepository, 'listBy'>

  constructor(rows: Pick<RowsRepository, 'listBy'>) {
    this.#rows = rows
  }

  /** @param roles the names of all roles, those of the file included. @returns an outcome for each line, in order */
  async judge(
    db: Database,
    lines: readonly ExportLine[],
    roles: ReadonlySet<string>,
  ): Promise<readonly Outcome[]> {
    const present = await this.#present(db, lines)
    const isNew = lines.filter(({ id }) => !present.has(id))
    const taken = await this.#taken(db, isNew)
    return lines.map((line) => {
      if (present.has(line.id)) return { kind: 'present' }
      if (line.kind.type === 'account' && !hasOwnForms(line))
        return refusal('differs_from_its_canonical_form')
      if (rolesOf(line).some((role) => !roles.has(role))) return refusal('role_missing')
      const reason = taken.get(line.number)
      return reason === undefined ? { kind: 'created' } : refusal(reason)
    })
  }

  async #present(db: Database, lines: readonly ExportLine[]): Promise<ReadonlySet<unknown>> {
    const [first] = lines
    if (first === undefined) return new Set()
    const { table, idColumn } = first.kind
    const ids = lines.map(({ id }) => id)
    const found = await this.#rows.listBy(db, table, idColumn, ids)
    return new Set(found.map((row) => row[idColumn]))
  }

  /** Why a line cannot be added, by its number. */
  async #taken(db: Database, lines: readonly ExportLine[]): Promise<ReadonlyMap<number, RefusalReason>> {
    const taken = new Map<number, RefusalReason>()
    for (const unique of uniqueValues) {
      const { heldIn = unique, reason, within } = unique
      const givers = giversOf(lines, unique)
      const values = [...givers.values()].map(({ value }) => value)
      for (const row of await this.#rows.listBy(db, heldIn.table, heldIn.column, values)) {
        const line = givers.get(keyOf(row, heldIn.column, within))?.line
        if (line !== undefined && !taken.has(line)) taken.set(line, reason)
      }
    }
    return taken
  }
}

function rolesOf({ rows }: ExportLine): readonly string[] {
  return rows.filter(({ table }) => table === 'account_roles').map(({ row }) => String(row['role']))
}

/** The lines that have a value, by the value and what it is unique within. */
function giversOf(lines: readonly ExportLine[], { table, column, within }: UniqueValue) {
  const givers = new Map<string, { readonly value: unknown; readonly line: number }>()
  for (const { number, rows } of lines)
    for (const { table: own, row } of rows)
      if (own === table && row[column] !== null)
        givers.set(keyOf(row, column, within), { value: row[column], line: number })
  return givers
}

function keyOf(row: Row, column: string, within: string | undefined): string {
  return JSON.stringify(within === undefined ? [row[column]] : [row[column], row[within]])
}
