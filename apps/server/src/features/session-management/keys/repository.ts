import type { Insertable } from 'kysely'
import { changesRows } from '../../../platform/database/changed-rows.ts'
import { UniqueViolation } from '../../../platform/database/faults.ts'
import type { Database, SigningKeysTable, Transaction } from '../../../platform/database/tables.ts'
import type { KeyLife } from './model.ts'

export interface StoredKey extends KeyLife {
  readonly publicJwk: string
  readonly privateJwkSealed: string
}

export interface NewKey extends Omit<StoredKey, 'retiresAt'> {
  /** The newest key of its algorithm before it, or null for the first. */
  readonly predecessor: string | null
}

const noPredecessor = 'none'
const uniquePredecessor = 'signing_keys_algorithm_predecessor'

export class KeysRepository {
  /**
   * Stores the key, unless another key of its algorithm has the same predecessor. In that case the transaction cannot
   * continue.
   * @returns whether it was stored
   */
  async insert(db: Transaction, key: NewKey): Promise<boolean> {
    const row: Insertable<SigningKeysTable> = {
      kid: key.kid,
      algorithm: key.algorithm,
      public_jwk: key.publicJwk,
      private_jwk_sealed: key.privateJwkSealed,
      created_at: key.createdAt.getTime(),
      activates_at: key.activatesAt.getTime(),
      predecessor: key.predecessor ?? noPredecessor,
    }
    try {
      await db.insertInto('signing_keys').values(row).execute()
      return true
    } catch (error) {
      if (error instanceof UniqueViolation && error.constraint === uniquePredecessor) return false
      throw error
    }
  }

  /** Newest first, retired ones too. */
  async list(db: Database): Promise<StoredKey[]> {
    const rows = await db
      .selectFrom('signing_keys')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('kid')
      .execute()
    return rows.map((row) => ({
      kid: row.kid,
      algorithm: row.algorithm,
      publicJwk: row.public_jwk,
      privateJwkSealed: row.private_jwk_sealed,
      createdAt: new Date(row.created_at),
      activatesAt: new Date(row.activates_at),
      retiresAt: row.retires_at === null ? null : new Date(row.retires_at),
    }))
  }

  /** Sets the end of every key in use that is older and of the same algorithm. */
  async retireOlder(db: Transaction, { algorithm, createdAt }: NewKey, retiresAt: Date): Promise<void> {
    await db
      .updateTable('signing_keys')
      .set({ retires_at: retiresAt.getTime() })
      .where('algorithm', '=', algorithm)
      .where('created_at', '<', createdAt.getTime())
      .where('retires_at', 'is', null)
      .execute()
  }

  /** Sets the end of a key; an earlier end stays. */
  async retire(db: Database, kid: string, retiresAt: Date): Promise<void> {
    const at = retiresAt.getTime()
    await db
      .updateTable('signing_keys')
      .set({ retires_at: at })
      .where('kid', '=', kid)
      .where((where) => where.or([where('retires_at', 'is', null), where('retires_at', '>', at)]))
      .execute()
  }

  /** @returns whether the value was still the one that was read */
  async replaceSealed(
    db: Database,
    { kid, privateJwkSealed }: StoredKey,
    resealed: string,
  ): Promise<boolean> {
    return await changesRows(
      db
        .updateTable('signing_keys')
        .set({ private_jwk_sealed: resealed })
        .where('kid', '=', kid)
        .where('private_jwk_sealed', '=', privateJwkSealed),
    )
  }
}
