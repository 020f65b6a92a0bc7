import type { Database } from '../../platform/database/tables.ts'

export interface KeyRow {
  readonly kid: string
  readonly publicJwk: string
  readonly privateJwkSealed: string
  readonly createdAt: Date
}

export class KeysRepository {
  async insert(db: Database, { kid, publicJwk, privateJwkSealed, createdAt }: KeyRow): Promise<void> {
    const row = {
      kid,
      public_jwk: publicJwk,
      private_jwk_sealed: privateJwkSealed,
      created_at: createdAt.getTime(),
    }
    await db.insertInto('signing_keys').values(row).execute()
  }

  /** Newest first. */
  async list(db: Database): Promise<KeyRow[]> {
    const rows = await db
      .selectFrom('signing_keys')
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('kid')
      .execute()
    return rows.map((row) => ({
      kid: row.kid,
      publicJwk: row.public_jwk,
      privateJwkSealed: row.private_jwk_sealed,
      createdAt: new Date(row.created_at),
    }))
  }
}
