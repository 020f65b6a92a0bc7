import { AuditPeopleRepository } from '../../src/features/safeguards/audit/people/repository.ts'
import { AuditRepository } from '../../src/features/safeguards/audit/repository.ts'
import type { Call } from './owned-rows.ts'

const audit = new AuditRepository()
const auditPeople = new AuditPeopleRepository()
const page = { before: null, after: null, limit: 10 }

/** Calls of the audit trail that find or change something of their owner, and nothing of anyone else. */
export const auditCalls: Record<string, Call> = {
  'AuditRepository.addressesOf': (db, { id }) => audit.addressesOf(db, id),
  'AuditRepository.list': (db, { id }) => audit.list(db, id, page),
  'AuditRepository.listOf': (db, { id }) =>
    audit.listOf(db, id, { actions: null, from: null, to: null }, page),
  'AuditPeopleRepository.find': (db, { id }) => auditPeople.find(db, [id]),
  'AuditPeopleRepository.delete': (db, { id }) => auditPeople.delete(db, id),
  'AuditPeopleRepository.hasEvents': async (db, { id }) => (await auditPeople.hasEvents(db, id)) && id,
  'AuditPeopleRepository.listAbout': (db, { id }) => auditPeople.listAbout(db, id, 10),
  'AuditPeopleRepository.listBy': (db, { id }) => auditPeople.listBy(db, id, 10),
  'AuditPeopleRepository.replaceSubject': async (db, { id, pseudonym }) => {
    const events = await auditPeople.listAbout(db, id, 10)
    const replaced = events.map((event) => ({ id: event.id, digest: 'digest' }))
    await auditPeople.replaceSubject(db, pseudonym, replaced)
  },
}
