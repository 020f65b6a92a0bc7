import { changesRows } from '../../../platform/database/changed-rows.ts'
import type { Database, Transaction } from '../../../platform/database/tables.ts'
import type { AccountId, PictureId } from '../../../platform/kernel/ids.ts'
import type { Picture, PictureFile, StoreName } from './model.ts'

export interface NewPicture extends Picture {
  readonly store: StoreName
  readonly createdAt: Date
}

export class PicturesRepository {
  async find(db: Database, accountId: AccountId, store: StoreName): Promise<Picture | null> {
    const row = await db
      .selectFrom('pictures')
      .select(['account_id', 'id', 'token'])
      .where('account_id', '=', accountId)
      .where('store', '=', store)
      .executeTakeFirst()
    return row === undefined ? null : toPicture(row)
  }

  /** @returns null if the account of the owner is suspended or deleted */
  async findByToken(db: Database, token: string, store: StoreName): Promise<Picture | null> {
    const row = await db
      .selectFrom('pictures')
      .innerJoin('accounts', 'accounts.id', 'pictures.account_id')
      .select(['account_id', 'pictures.id', 'token'])
      .where('token', '=', token)
      .where('store', '=', store)
      .where('accounts.status', '=', 'active')
      .executeTakeFirst()
    return row === undefined ? null : toPicture(row)
  }

  async insert(db: Transaction, { accountId, createdAt, ...picture }: NewPicture): Promise<void> {
    await db
      .insertInto('pictures')
      .values({ account_id: accountId, ...picture, created_at: createdAt.getTime() })
      .execute()
  }

  /** Deletes the picture and its files in the database. @returns whether there was one, in any store */
  async delete(db: Transaction, accountId: AccountId): Promise<boolean> {
    await db.deleteFrom('picture_files').where('account_id', '=', accountId).execute()
    return await changesRows(db.deleteFrom('pictures').where('account_id', '=', accountId))
  }

  async insertFiles(db: Transaction, accountId: AccountId, files: readonly PictureFile[]): Promise<void> {
    for (const { name, content } of files)
      await db.insertInto('picture_files').values({ account_id: accountId, name, content }).execute()
  }

  async readFile(db: Database, { accountId, id }: Picture, name: string): Promise<Uint8Array | null> {
    const row = await db
      .selectFrom('picture_files')
      .innerJoin('pictures', 'pictures.account_id', 'picture_files.account_id')
      .select('content')
      .where('picture_files.account_id', '=', accountId)
      .where('name', '=', name)
      // Another picture may have replaced it since it was found.
      .where('pictures.id', '=', id)
      .executeTakeFirst()
    return row?.content ?? null
  }

  /** @returns the ids that belong to pictures */
  async filterKnown(db: Database, ids: readonly PictureId[]): Promise<Set<PictureId>> {
    if (ids.length === 0) return new Set()
    const rows = await db
      .selectFrom('pictures')
      .select('id')
      .where('id', 'in', [...ids])
      .execute()
    return new Set(rows.map(({ id }) => id))
  }
}

function toPicture(row: { account_id: AccountId; id: PictureId; token: string }): Picture {
  return { accountId: row.account_id, id: row.id, token: row.token }
}
