import type { Cursors } from '../../../platform/crypto/cursors.ts'
import { limitOf, type PageQuery } from '../../../platform/http/paging.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, type ApiKeyId, isId } from '../../../platform/kernel/ids.ts'
import { notFound } from '../../../platform/kernel/problems.ts'
import { type ApiKeyView, apiKeyView } from './schema.ts'
import type { ApiKeysService } from './service.ts'

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
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1) : undefined
  return {
    data: page.map(apiKeyView),
    next_cursor: last === undefined ? null : cursors.write(last.id, context),
  }
}

/** A text that is not an id gets the same answer as an unknown id and the key of another (A33). @throws `not_found` */
export function keyIdOf(text: string): ApiKeyId {
  if (!isId<ApiKeyId>(text)) throw new Failure(notFound)
  return text
}

/** Like `keyIdOf`, for an account. @throws `not_found` */
export function accountIdOf(text: string): AccountId {
  if (!isId<AccountId>(text)) throw new Failure(notFound)
  return text
}
