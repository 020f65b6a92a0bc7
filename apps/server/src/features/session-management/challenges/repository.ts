import { changesRows } from '../../../platform/database/changed-rows.ts'
import { deleteExpired } from '../../../platform/database/delete-expired.ts'
import type { SignInChallengesTable } from '../../../platform/database/factor-tables.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId, ChallengeId } from '../../../platform/kernel/ids.ts'
import type { AuthenticationMethod, SessionMode } from '../sessions/model.ts'
import type { Challenge } from './model.ts'

export class ChallengesRepository {
  async insert(db: Transaction, challenge: Challenge, digest: string): Promise<void> {
    const { id, accountId, action, methods, mode, lifeSecondsMax, createdAt, expiresAt } = challenge
    await db
      .insertInto('sign_in_challenges')
      .values({
        id,
        account_id: accountId,
        digest,
        action,
        methods: methods.join(' '),
        mode,
        life_seconds_max: lifeSecondsMax,
        created_at: createdAt.getTime(),
        expires_at: expiresAt.getTime(),
      })
      .execute()
  }

  /** Null if there is none. It may have expired. */
  async findByDigest(db: Database, digest: string): Promise<Challenge | null> {
    const query = db.selectFrom('sign_in_challenges').selectAll().where('digest', '=', digest)
    const row = await query.executeTakeFirst()
    return row === undefined ? null : toChallenge(row)
  }

  /** @returns whether it was still there: of all who use it at once, one succeeds (I1) */
  async delete(db: Transaction, id: ChallengeId): Promise<boolean> {
    return await changesRows(db.deleteFrom('sign_in_challenges').where('id', '=', id))
  }

  async deleteByAccount(db: Transaction, accountId: AccountId): Promise<void> {
    await db.deleteFrom('sign_in_challenges').where('account_id', '=', accountId).execute()
  }

  async deleteEvery(db: Database): Promise<void> {
    await db.deleteFrom('sign_in_challenges').execute()
  }

  /** @returns how many were deleted, at most `limit` */
  async deleteExpired(db: Transaction, until: Date, limit: number): Promise<number> {
    return await deleteExpired(db, 'sign_in_challenges', { column: 'expires_at', until, limit })
  }
}

function toChallenge(row: SignInChallengesTable): Challenge {
  return {
    id: row.id,
    accountId: row.account_id,
    action: row.action,
    methods: row.methods.split(' ') as AuthenticationMethod[],
    mode: row.mode as SessionMode,
    lifeSecondsMax: row.life_seconds_max,
    createdAt: new Date(row.created_at),
    expiresAt: new Date(row.expires_at),
  }
}
