import { FlowsRepository } from '../../src/features/authentication/federation/flows/repository.ts'
import { EntriesRepository } from '../../src/features/openid/entries/repository.ts'
import { GrantedSessionsRepository } from '../../src/features/session-management/sessions/granted/repository.ts'
import type { Transaction } from '../../src/platform/database/tables.ts'
import { newId, type SessionId } from '../../src/platform/kernel/ids.ts'
import { consentedClient } from './consent-rows.ts'
import type { Owner } from './owned-rows.ts'

type Call = (db: Transaction, owner: Owner) => Promise<unknown>

const entries = new EntriesRepository()
const flows = new FlowsRepository()
const sessions = new GrantedSessionsRepository()

/** The session of the owner stands for the one on which it depends. */
async function depending(db: Transaction, id: SessionId): Promise<SessionId> {
  await db.updateTable('sessions').set({ parent_session_id: id }).where('id', '=', id).execute()
  return id
}

/** Calls that find or change something of their owner, and nothing of anyone else. */
export const openIdCalls: Record<string, Call> = {
  'EntriesRepository.deleteByAccount': (db, { id }) => entries.deleteByAccount(db, id),
  'EntriesRepository.deleteByConsent': (db, { id }) =>
    entries.deleteByConsent(db, { accountId: id, clientId: consentedClient }),
  'GrantedSessionsRepository.deleteChildren': async (db, { sessionId }) =>
    sessions.deleteChildren(db, await depending(db, sessionId)),
  'GrantedSessionsRepository.lockParent': async (db, { id, sessionId }) =>
    (await sessions.lockParent(db, { accountId: id, sessionId })) && id,
  'GrantedSessionsRepository.listSurplus': async (db, { id, sessionId }) => {
    const ofClient = db.updateTable('sessions').set({ client_id: consentedClient })
    await ofClient.where('id', '=', sessionId).execute()
    const page = { keep: 0, limit: 10 }
    return await sessions.listSurplus(db, { accountId: id, clientId: consentedClient }, page)
  },
  'GrantedSessionsRepository.moveChildren': async (db, { sessionId }) =>
    sessions.moveChildren(db, await depending(db, sessionId), newId()),
}

/** A code is used once, however many have read that it was not. A sealed value is replaced only if it is still the same. */
export const openIdWrites = {
  'FlowsRepository.replaceSealed': {
    fresh: (db: Transaction) => flows.replaceSealed(db, 'amina flow', { read: 'amina', resealed: 'again' }),
    stale: [
      (db: Transaction) => flows.replaceSealed(db, 'amina flow', { read: 'before', resealed: 'again' }),
    ],
  },
  'EntriesRepository.consume': {
    fresh: (db: Transaction) => entries.consume(db, 'amina entry', new Date(1)),
    stale: [(db: Transaction) => entries.consume(db, 'amina used entry', new Date(1))],
  },
}
