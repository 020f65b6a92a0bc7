import { ContactChangesRepository } from '../../src/features/self-service/contacts/repository.ts'
import { ContactsRepository } from '../../src/features/users/accounts/contacts/repository.ts'
import type { FormerContacts } from '../../src/features/users/accounts/former-contacts/model.ts'
import { FormerContactsRepository } from '../../src/features/users/accounts/former-contacts/repository.ts'
import { AccountsRepository } from '../../src/features/users/accounts/repository.ts'
import { newId } from '../../src/platform/kernel/ids.ts'
import type { Call, Owner } from './owned-rows.ts'

const contactChanges = new ContactChangesRepository()
const contacts = new ContactsRepository()
const formerContacts = new FormerContactsRepository(new AccountsRepository())

const formerOf = (accountId: Owner['id']): FormerContacts => ({
  change: newId(),
  accountId,
  number: 1,
  contacts: [
    { kind: 'phone_number', canonical: '+254700000001', address: '+254700000001', verifiedAt: new Date(1) },
  ],
  changedAt: new Date(1),
})

/** Calls of the repositories of contacts that find or change something of their owner, and nothing of anyone else. */
export const contactCalls: Record<string, Call> = {
  'ContactChangesRepository.list': (db, { id }) => contactChanges.list(db, id),
  'ContactChangesRepository.delete': (db, { id }) => contactChanges.delete(db, id, 'email'),
  'ContactChangesRepository.replace': (db, { id, sessionId, name }) =>
    contactChanges.replace(
      db,
      { accountId: id, sessionId },
      { kind: 'email', address: `${name}@newer.example`, canonical: `${name}@newer.example` },
      { createdAt: new Date(1), expiresAt: new Date(2) },
    ),
  'ContactsRepository.replace': (db, { id, name }) =>
    contacts.replace(
      db,
      id,
      { kind: 'email', address: `${name}@new.example`, canonical: `${name}@new.example`, verifiedAt: null },
      new Date(1),
    ),
  'ContactsRepository.remove': (db, { id }) => contacts.remove(db, id, 'email', new Date(1)),
  'ContactsRepository.list': (db, { id }) => contacts.list(db, id),
  'ContactsRepository.removeUnverified': (db, { id }) => contacts.removeUnverified(db, id, new Date(1)),
  'ContactsRepository.markVerified': (db, { id, name }) =>
    contacts.markVerified(db, id, { kind: 'email', canonical: `${name}@example.com` }, new Date(1)),
  'FormerContactsRepository.deleteSince': async (db, { id }) => {
    const { id: change } = await db
      .selectFrom('former_contacts')
      .select('id')
      .where('account_id', '=', id)
      .executeTakeFirstOrThrow()
    return await formerContacts.deleteSince(db, { ...formerOf(id), change })
  },
  'FormerContactsRepository.deleteByAccount': (db, { id }) => formerContacts.deleteByAccount(db, id),
  'FormerContactsRepository.insert': (db, { id }) =>
    formerContacts.insert(db, formerOf(id), {
      linkDigest: 'another',
      changedAt: new Date(1),
      expiresAt: new Date(2),
    }),
  'ContactsRepository.replaceAll': (db, { id }) => contacts.replaceAll(db, id, [], new Date(1)),
}
