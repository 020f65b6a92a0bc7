import type { Cursors } from '../../../platform/crypto/cursors.ts'
import { limitOf, listPage, type PageQuery } from '../../../platform/http/paging.ts'
import type { AccountId, ClientId } from '../../../platform/kernel/ids.ts'
import type { ConsentsService } from '../../authorization/consents/service.ts'
import { consentView } from './schema.ts'

/** For the calls that take back consents. */
export const consentsLimit = { name: 'consents', quota: 60, windowSeconds: 300 }

export interface ConsentPages {
  readonly consents: Pick<ConsentsService, 'list'>
  readonly cursors: Cursors
}

/** A page of the consents of an account. @throws `validation_failed` if the cursor is forged */
export async function consentPage(
  { consents, cursors }: ConsentPages,
  accountId: AccountId,
  query: PageQuery,
) {
  const context = { list: 'consents', owner: accountId }
  const after = query.cursor === undefined ? null : (cursors.read(query.cursor, context) as ClientId)
  const limit = limitOf(query)
  const found = await consents.list(accountId, { after, limit: limit + 1 })
  return listPage(found, {
    limit,
    view: consentView,
    cursorAfter: ({ clientId }) => cursors.write(clientId, context),
  })
}
