import { ExternalIdsRepository } from '../../src/features/users/external-ids/repository.ts'
import { insertAccount } from './account-rows.ts'
import type { Call } from './owned-rows.ts'

const externalIds = new ExternalIdsRepository()

/** Calls of external ids for one owner. */
export const externalIdCalls: Record<string, Call> = {
  'ExternalIdsRepository.listByAccount': (db, { id }) => externalIds.listByAccount(db, id),
  'ExternalIdsRepository.listBySource': (db, { id }) => externalIds.listBySource(db, 'former', [id]),
  'ExternalIdsRepository.move': async (db, { id }) => externalIds.move(db, id, await insertAccount(db)),
}
