import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { ownPermissions } from '../../../../platform/kernel/permission.ts'
import { adminRole } from '../../../authorization/roles/model.ts'
import type { Row } from '../encoding.ts'
import type { Outcome } from '../model.ts'
import type { RowsRepository } from '../repository.ts'
import type { ExportLine } from './line.ts'

export interface RolesReaderOptions {
  readonly db: Database
  readonly rows: RowsRepository
}

/**
 * Adds the roles of a file. A database without accounts gets them as they are in the file. In any other one, a role that
 * exists keeps its permissions: an import must not give the accounts that have it more than they had.
 */
export class RolesReader {
  readonly #options: RolesReaderOptions

  constructor(options: RolesReaderOptions) {
    this.#options = options
  }

  async judge(lines: readonly ExportLine[]): Promise<readonly Outcome[]> {
    return await this.#judge(this.#options.db, lines)
  }

  async add(lines: readonly ExportLine[]): Promise<readonly Outcome[]> {
    return await inTransaction(this.#options.db, async (transaction) => {
      const outcomes = await this.#judge(transaction, lines)
      const asked = lines.filter((_, index) => isWritten(outcomes[index]))
      for (const line of asked) await this.#write(transaction, line)
      await this.#completeAdmin(transaction)
      return outcomes
    })
  }

  /** The names of the roles that the database has. */
  async names(): Promise<readonly string[]> {
    const names: string[] = []
    const options = { withoutOwner: false, limit: 100 }
    for await (const rows of this.#options.rows.batches(this.#options.db, 'roles', options))
      names.push(...rows.map(({ name }) => String(name)))
    return names
  }

  async #judge(db: Database, lines: readonly ExportLine[]): Promise<readonly Outcome[]> {
    const { rows } = this.#options
    const isFresh = !(await rows.hasAccounts(db))
    const names = lines.map(({ id }) => id)
    const roles = await rows.listBy(db, 'roles', 'name', names)
    const permissions = await rows.listBy(db, 'role_permissions', 'role', names)
    return lines.map((line) => {
      const found = roles.filter(({ name }) => name === line.id)
      const own = permissions.filter(({ role }) => role === line.id)
      if (found.length === 0) return { kind: 'created' }
      if (isSame(line, [...found, ...own])) return { kind: 'present' }
      return { kind: isFresh ? 'replaced' : 'kept' }
    })
  }

  async #write(transaction: Transaction, line: ExportLine): Promise<void> {
    const { rows } = this.#options
    await rows.deleteRole(transaction, line.id)
    for (const table of ['roles', 'role_permissions'] as const)
      await rows.insert(
        transaction,
        table,
        line.rows.filter((each) => each.table === table).map(({ row }) => row),
      )
  }

  /** The role `admin` holds every permission of any role, and those that this version has added. */
  async #completeAdmin(transaction: Transaction): Promise<void> {
    const { rows } = this.#options
    const wanted = new Set<string>(ownPermissions)
    for await (const batch of rows.batches(transaction, 'role_permissions', {
      withoutOwner: false,
      limit: 500,
    }))
      for (const { permission } of batch) wanted.add(String(permission))
    const held = await rows.listBy(transaction, 'role_permissions', 'role', [adminRole])
    for (const { permission } of held) wanted.delete(String(permission))
    const missing = [...wanted].map((permission): Row => ({ role: adminRole, permission }))
    await rows.insert(transaction, 'role_permissions', missing)
  }
}

function isWritten(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'created' || outcome?.kind === 'replaced'
}

function isSame(line: ExportLine, stored: readonly Row[]): boolean {
  const form = (row: Row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))
  const given = line.rows.map(({ row }) => form(row)).sort()
  return given.join('\n') === stored.map(form).sort().join('\n')
}
