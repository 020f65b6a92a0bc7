import { LastUsedRepository } from '../../src/features/authenticators/api-keys/last-used/repository.ts'
import { ApiKeysRepository } from '../../src/features/authenticators/api-keys/repository.ts'
import { AccountsRepository } from '../../src/features/users/accounts/repository.ts'
import type { Transaction } from '../../src/platform/database/tables.ts'
import { type ApiKeyId, newId } from '../../src/platform/kernel/ids.ts'
import type { Owner } from './owned-rows.ts'

type Call = (db: Transaction, owner: Owner, stranger: Owner) => Promise<unknown>

const apiKeys = new ApiKeysRepository(new AccountsRepository())
const lastUsed = new LastUsedRepository()
const page = { before: null, limit: 10 }
const replacement = { read: null, by: newId<ApiKeyId>(), end: new Date(1) }

/** Calls about API keys that find or change something of their owner, and nothing of anyone else. */
export const keyCalls: Record<string, Call> = {
  'ApiKeysRepository.find': (db, { id, keyId }) => apiKeys.find(db, id, keyId, new Date(0)),
  'ApiKeysRepository.findOwner': (db, { keyId }) => apiKeys.findOwner(db, keyId),
  'ApiKeysRepository.list': (db, { id }) => apiKeys.list(db, id, { ...page, endAfter: null }),
  'ApiKeysRepository.count': async (db, { id }) =>
    (await apiKeys.count(db, id, new Date(0))) === 1 &&
    (await apiKeys.count(db, newId(), new Date(0))) === 0 &&
    id,
  'ApiKeysRepository.update': (db, { id, keyId }) => apiKeys.update(db, id, keyId, { name: 'another' }),
  'ApiKeysRepository.replace': (db, { id, keyId }) => apiKeys.replace(db, id, keyId, replacement),
  'ApiKeysRepository.delete': (db, { id, keyId }) => apiKeys.delete(db, id, keyId),
  'ApiKeysRepository.deleteByAccount': (db, { id }) => apiKeys.deleteByAccount(db, id),
  'LastUsedRepository.touch': (db, { keyId }) =>
    lastUsed.touch(db, [keyId], new Date(), new Date(Date.UTC(2999, 0))),
}

/** Calls that name the key of someone else. They find and change nothing. */
export const keyMismatches: Record<string, Call> = {
  'ApiKeysRepository.find': (db, { id }, { keyId }) => apiKeys.find(db, id, keyId, new Date(0)),
  'ApiKeysRepository.update': async (db, { id }, { keyId }) =>
    (await apiKeys.update(db, id, keyId, { name: 'another' })) || null,
  'ApiKeysRepository.replace': async (db, { id }, { keyId }) =>
    (await apiKeys.replace(db, id, keyId, replacement)) || null,
  'ApiKeysRepository.delete': async (db, { id }, { keyId }) => (await apiKeys.delete(db, id, keyId)) || null,
}
