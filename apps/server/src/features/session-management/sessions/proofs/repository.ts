import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import type { SessionId } from '../../../../platform/kernel/ids.ts'
import type { OwnedSession } from '../../../../platform/kernel/principal.ts'
import type { Moment, SessionProofs } from '../model.ts'
import { isUsable } from '../queries.ts'

/** What the owners of sessions have proved. */
export class ProofsRepository {
  /** What its owner has proved, and when; null if the session is over or belongs to another account. */
  async find(
    db: Database,
    { accountId, sessionId }: OwnedSession,
    moment: Moment,
  ): Promise<SessionProofs | null> {
    const row = await db
      .selectFrom('sessions')
      .select(['amr', 'authenticated_at', 'second_factor_at'])
      .where('id', '=', sessionId)
      .where('account_id', '=', accountId)
      .where(
        isUsable({
          nowMs: moment.now.getTime(),
          idleSinceMs: moment.idleSince.getTime(),
          latestEndMs: moment.latestEnd.getTime(),
        }),
      )
      .executeTakeFirst()
    return row === undefined
      ? null
      : {
          amr: row.amr.split(' '),
          authenticatedAt: new Date(row.authenticated_at),
          secondFactorAt: row.second_factor_at === null ? null : new Date(row.second_factor_at),
        }
  }

  async store(db: Transaction, id: SessionId, proofs: SessionProofs): Promise<void> {
    await db
      .updateTable('sessions')
      .set({
        amr: proofs.amr.join(' '),
        authenticated_at: proofs.authenticatedAt.getTime(),
        second_factor_at: proofs.secondFactorAt?.getTime() ?? null,
      })
      .where('id', '=', id)
      .execute()
  }
}
