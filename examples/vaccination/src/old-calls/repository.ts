import type { Row, Statements } from '../database/database.ts'
import type { OldRequest } from './model.ts'

const columns = 'id, user_id, requested_at, approved_at'

/** All SQL about what the old front ends ask for. */
export class OldRequestsRepository {
  /** @throws DuplicateError if a request of the account waits already */
  async insert(
    statements: Statements,
    { accountId, userId, at }: { readonly accountId: string; readonly userId: number; readonly at: Date },
  ): Promise<void> {
    await statements.change(
      `INSERT INTO old_requests (account_id, user_id, waiting_account_id, requested_at)
       VALUES (?, ?, ?, ?)`,
      [accountId, userId, accountId, at.toISOString()],
    )
  }

  async listOf(statements: Statements, accountId: string): Promise<readonly OldRequest[]> {
    const rows = await statements.select(
      `SELECT ${columns} FROM old_requests WHERE account_id = ? ORDER BY id LIMIT 100`,
      [accountId],
    )
    return rows.map(requestOf)
  }

  /** The newest first. */
  async listAll(statements: Statements): Promise<readonly OldRequest[]> {
    const rows = await statements.select(`SELECT ${columns} FROM old_requests ORDER BY id DESC LIMIT 1000`)
    return rows.map(requestOf)
  }

  /** Says whether there is such a request. One that is approved stays as it is. */
  async approve(statements: Statements, id: number, at: Date): Promise<boolean> {
    const found = await statements.change(
      `UPDATE old_requests SET approved_at = COALESCE(approved_at, ?), waiting_account_id = NULL
       WHERE id = ?`,
      [at.toISOString(), id],
    )
    return found === 1
  }

  async anonymise(statements: Statements, accountId: string): Promise<void> {
    await statements.change(
      `UPDATE old_requests SET account_id = NULL, waiting_account_id = NULL, user_id = NULL
       WHERE account_id = ?`,
      [accountId],
    )
  }
}

function requestOf(row: Row): OldRequest {
  const { user_id: userId = null, approved_at: approvedAt = null } = row
  return {
    id: Number(row['id']),
    userId: userId === null ? null : Number(userId),
    requestedAt: String(row['requested_at']),
    approvedAt: approvedAt === null ? null : String(approvedAt),
  }
}
