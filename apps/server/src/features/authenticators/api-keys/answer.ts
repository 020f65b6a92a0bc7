import type { Cursors } from '../../../platform/crypto/cursors.ts'
import { limitOf, listPage, type PageQuery } from '../../../platform/http/paging.ts'
import type { AccountId, ApiKeyId } from '../../../platform/kernel/ids.ts'
import { type ApiKeyView, apiKeyView } from './schema.ts'
import type { ApiKeysService } from './service.ts'

/** For the calls that make, change and revoke the keys of the caller. */
export const keysLimit = { name: 'api-keys', quota: 60, windowSeconds: 300 }

/** What a page of keys is read from. */
export interface KeyPages {
  readonly apiKeys: Pick<ApiKeysService, 'list'>
  readonly cursors: Cursors
}

/** A page of the keys of an account. @throws `validation_failed` if the cursor is forged */
export async function keyPage(
  { apiKeys, cursors }: KeyPages,
  accountId: AccountId,
  query: PageQuery,
): Promise<{ data: ApiKeyView[]; next_cursor: string | null }> {
  const context = { list: 'api_keys', owner: accountId }
  const before = query.cursor === undefined ? null : (cursors.read(query.cursor, context) as ApiKeyId)
  const limit = limitOf(query)
  const found = await apiKeys.list(accountId, { before, limit: limit + 1 })
  return listPage(found, {
    limit,
    view: apiKeyView,
    cursorAfter: (last) => cursors.write(last.id, context),
  })
}
