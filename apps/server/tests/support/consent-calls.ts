import { ConsentsRepository } from '../../src/features/authorization/consents/repository.ts'
import { ManySessionsRepository } from '../../src/features/session-management/sessions/many/repository.ts'
import { consentedClient as clientId } from './consent-rows.ts'
import type { Call } from './owned-rows.ts'

const consents = new ConsentsRepository()
const sessions = new ManySessionsRepository()

/** Calls about consents that find or change something of their owner, and nothing of anyone else. */
export const consentCalls: Record<string, Call> = {
  'ConsentsRepository.find': (db, { id }) => consents.find(db, { accountId: id, clientId }),
  'ConsentsRepository.list': (db, { id }) => consents.list(db, id, { after: null, limit: 10 }),
  'ConsentsRepository.extend': (db, { id }) =>
    consents.extend(db, { accountId: id, clientId }, { scope: ['more'], grantedAt: new Date(1) }),
  'ConsentsRepository.markUsed': (db, { id }) =>
    consents.markUsed(db, { accountId: id, clientId }, { now: new Date(2), since: new Date(1) }),
  'ConsentsRepository.delete': (db, { id }) => consents.delete(db, { accountId: id, clientId }),
  'ManySessionsRepository.deleteOfClient': (db, { id }) =>
    sessions.deleteOfClient(db, { accountId: id, clientId }, 10),
}

/** Makes the sessions of both those of the client. */
export const consentPreparations: Record<string, Call> = {
  'ManySessionsRepository.deleteOfClient': (db) =>
    db.updateTable('sessions').set({ client_id: clientId }).execute(),
}
