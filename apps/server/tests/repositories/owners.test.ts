import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { UserJobsRepository } from '../../src/features/administration/users/jobs/repository.ts'
import { everyone } from '../../src/features/administration/users/search/model.ts'
import { UserSearchRepository } from '../../src/features/administration/users/search/repository.ts'
import { SuspensionsRepository } from '../../src/features/administration/users/suspensions/repository.ts'
import { CodesRepository } from '../../src/features/authenticators/codes/repository.ts'
import { PasswordsRepository } from '../../src/features/authenticators/passwords/repository.ts'
import { UserSecretsRepository } from '../../src/features/authenticators/user-secrets/repository.ts'
import { RolesRepository } from '../../src/features/authorization/roles/repository.ts'
import { OutboxRepository } from '../../src/features/messages/outbox/repository.ts'
import { IdempotencyRepository } from '../../src/features/safeguards/idempotency/repository.ts'
import { RevocationsRepository } from '../../src/features/safeguards/revocations/repository.ts'
import { DeletionsRepository } from '../../src/features/self-service/deletions/repository.ts'
import { LastSeenRepository } from '../../src/features/session-management/sessions/last-seen/repository.ts'
import { SessionsRepository } from '../../src/features/session-management/sessions/repository.ts'
import { AccountsRepository } from '../../src/features/users/accounts/repository.ts'
import { SearchTermsRepository } from '../../src/features/users/accounts/search/repository.ts'
import { UsernamesRepository } from '../../src/features/users/accounts/usernames/repository.ts'
import { PicturesRepository } from '../../src/features/users/pictures/repository.ts'
import { ProfilesRepository } from '../../src/features/users/profiles/repository.ts'
import { isHeld, PreparedWrite } from '../../src/platform/database/prepared-write.ts'
import type { Database, Transaction } from '../../src/platform/database/tables.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { type Guard, writeIf } from '../../src/platform/database/write-if.ts'
import { newId, type SessionId } from '../../src/platform/kernel/ids.ts'
import { activityCalls } from '../support/activity-calls.ts'
import { auditCalls } from '../support/audit-calls.ts'
import { consentCalls, consentPreparations } from '../support/consent-calls.ts'
import { contactCalls } from '../support/contact-calls.ts'
import { engines } from '../support/engines.ts'
import { externalIdCalls } from '../support/external-id-calls.ts'
import { openIdCalls } from '../support/openid-calls.ts'
import { factorCalls, factorMismatches } from '../support/owned-factors.ts'
import { keyCalls, keyMismatches } from '../support/owned-key-calls.ts'
import {
  type Call,
  insertOwner,
  names,
  newOwner,
  type Owner,
  ownedTables,
  rowsOf,
} from '../support/owned-rows.ts'
import { withoutOwner } from '../support/ownerless-methods.ts'
import { repositoryMethods } from '../support/repository-methods.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/test-database.ts'
import { webhookOwnerCalls } from '../support/webhook-rows.ts'

const accounts = new AccountsRepository()
const codes = new CodesRepository()
const deletions = new DeletionsRepository()
const idempotency = new IdempotencyRepository()
const outbox = new OutboxRepository()
const passwords = new PasswordsRepository()
const pictures = new PicturesRepository()
const profiles = new ProfilesRepository()
const revocations = new RevocationsRepository()
const roles = new RolesRepository()
const lastSeen = new LastSeenRepository()
const searchTerms = new SearchTermsRepository()
const sessions = new SessionsRepository(accounts)
const suspensions = new SuspensionsRepository()
const userJobs = new UserJobsRepository()
const userSearch = new UserSearchRepository(accounts)
const userSecrets = new UserSecretsRepository(accounts)
const usernames = new UsernamesRepository()

const page = { before: null, after: null, limit: 10 }
const resealed = 'sealed again'
const password = { hash: 'new', importedWork: null, version: newId(), changedAt: new Date(1) }
const newSecret = { digest: 'new', keyId: null, importedHash: null }
const pictureOf = ({ id, pictureId, name }: Owner) => ({
  accountId: id,
  id: pictureId,
  token: `${name} token`,
})

const touch = new PreparedWrite(['id'], (db, { id }: { readonly id: SessionId }, isGuarded) => {
  const one = db.updateTable('sessions').set({ last_seen_at: 1 }).where('id', '=', id)
  return isGuarded ? one.where(isHeld) : one
})
/** Changes the session of the owner if the guard holds. */
const touching = ({ sessionId }: Owner, guard: Guard) => ({
  guard,
  conditions: [],
  writes: [touch.with({ id: sessionId })],
})

/** Calls that find or change something of their owner, and nothing of anyone else. */
const calls: Record<string, Call> = {
  ...webhookOwnerCalls,
  ...activityCalls,
  'AccountsRepository.findById': (db, { id }) => accounts.findById(db, id),
  'AccountsRepository.findTypedNumber': (db, { id }) => accounts.findTypedNumber(db, id),
  'AccountsRepository.canonicalIdentifiers': (db, { id }) => accounts.canonicalIdentifiers(db, id),
  'AccountsRepository.replaceSealed': (db, { id, name }) =>
    accounts.replaceSealed(db, id, 'address_sealed', { read: `${name} address`, resealed }),
  'AccountsRepository.update': (db, { id }) => accounts.update(db, id, { locale: 'sw' }),
  'AccountsRepository.updateFound': (db, { id }) => accounts.updateFound(db, id, { full_name: 'New' }),
  'AccountsRepository.rename': (db, { id }) =>
    accounts.rename(
      db,
      id,
      { given: 'New', canonical: 'new', skeletons: ['new'] },
      { now: new Date(1), until: new Date(2) },
    ),
  'AccountsRepository.lock': async (db, { id }) => (await accounts.lock(db, id, 'active')) && id,
  'AccountsRepository.delete': (db, { id }) => accounts.delete(db, id),
  'AccountsRepository.deleteAndHold': (db, { id }) => accounts.deleteAndHold(db, id, new Date(1)),
  'AccountsRepository.reactivate': (db, { id }) => accounts.reactivate(db, id, new Date(1)),
  'AccountsRepository.activate': (db, { id }) => accounts.activate(db, id, new Date(1)),
  ...keyCalls,
  ...consentCalls,
  ...auditCalls,
  ...factorCalls,
  ...openIdCalls,
  'CodesRepository.deleteByAccount': (db, { id }) => codes.deleteByAccount(db, id),
  'DeletionsRepository.findPending': (db, { id }) => deletions.findPending(db, id),
  ...externalIdCalls,
  'IdempotencyRepository.deleteByAccount': (db, { id }) => idempotency.deleteByAccount(db, id),
  'IdempotencyRepository.storeAnswer': (db, { id, name }) =>
    idempotency.storeAnswer(db, `${name} digest`, { sealed: 'another', accountId: id }),
  'OutboxRepository.countSince': async (db, { id, name }) =>
    (await outbox.countSince(db, { accountId: id, template: name, since: new Date(-1) })) === 1 && id,
  'OutboxRepository.listByAccount': (db, { id }) => outbox.listByAccount(db, id, page),
  'OutboxRepository.deleteByAccount': (db, { id }) => outbox.deleteByAccount(db, id),
  'PasswordsRepository.find': (db, { id }) => passwords.find(db, id),
  'PasswordsRepository.hasPassword': async (db, owner) =>
    (await writeIf(db, touching(owner, passwords.hasPassword(owner.id, owner.version)))) && owner.id,
  'PasswordsRepository.replace': (db, { id }) => passwords.replace(db, id, password),
  'PasswordsRepository.findChangedAt': (db, { id }) => passwords.findChangedAt(db, id),
  'PasswordsRepository.replaceHash': (db, { id, name }) =>
    passwords.replaceHash(db, id, { from: `${name} hash`, to: 'another' }),
  'PicturesRepository.find': (db, { id }) => pictures.find(db, id, 'database'),
  'PicturesRepository.delete': (db, { id }) => pictures.delete(db, id),
  'PicturesRepository.insertFiles': (db, { id }) =>
    pictures.insertFiles(db, id, [{ name: '512.webp', content: new Uint8Array() }]),
  'PicturesRepository.readFile': async (db, owner) =>
    Buffer.from((await pictures.readFile(db, pictureOf(owner), '64.webp')) ?? []).toString(),
  'ProfilesRepository.find': (db, { id }) => profiles.find(db, id),
  'ProfilesRepository.update': (db, { id }) => profiles.update(db, id, { version: newId() }, null),
  'ProfilesRepository.replaceSealed': (db, { id, name }) =>
    profiles.replaceSealed(db, { accountId: id, sealed: `${name} home` }, resealed),
  'RevocationsRepository.forget': (db, { id }) => revocations.forget(db, id, new Date()),
  'RolesRepository.insert': (db, { id }) => roles.insert(db, id, 'user'),
  'RolesRepository.change': (db, { id, name }) =>
    roles.change(db, id, { added: ['user'], removed: [`${name} role`] }),
  'RolesRepository.hasOtherHolder': async (db, { name }, stranger) =>
    (await roles.hasOtherHolder(db, `${name} role`, stranger.id)) && name,
  'RolesRepository.isHolder': async (db, { id, name }) =>
    (await roles.isHolder(db, `${name} role`, id)) && name,
  'RolesRepository.findByAccount': (db, { id }) => roles.findByAccount(db, id),
  'SessionsRepository.findCaller': (db, { sessionId }) => sessions.findCaller(db, { id: sessionId }),
  'SessionsRepository.hasFew': async (db, owner) => {
    const guarded = touching(owner, passwords.hasPassword(owner.id, owner.version))
    const few = (count: number) => writeIf(db, { ...guarded, conditions: [sessions.hasFew(owner.id, count)] })
    return !(await few(1)) && (await few(2)) && owner.id
  },
  'LastSeenRepository.touch': (db, { sessionId }) =>
    lastSeen.touch(db, [sessionId], new Date(), new Date(Date.UTC(2999, 0))),
  'SessionsRepository.list': (db, { id }) => sessions.list(db, id, { ...page, moment: null }),
  'SessionsRepository.findFamily': (db, { sessionId }) => sessions.findFamily(db, sessionId),
  'SessionsRepository.replaceRefresh': (db, { sessionId }) =>
    sessions.replaceRefresh(db, sessionId, { generation: 3, replacedAt: [], now: new Date(1) }),
  'SessionsRepository.dropRefresh': (db, { sessionId }) => sessions.dropRefresh(db, sessionId),
  'SessionsRepository.replaceSealed': (db, { sessionId, name }) =>
    sessions.replaceSealed(db, sessionId, { read: `${name} key`, resealed }),
  'SessionsRepository.delete': (db, { id, sessionId }) => sessions.delete(db, id, sessionId),
  'SessionsRepository.deleteByAccount': (db, { id }) => sessions.deleteByAccount(db, id, { limit: 10 }),
  'SessionsRepository.listSurplus': (db, { id }) =>
    sessions.listSurplus(db, { accountId: id, sessionId: newId<SessionId>() }, { keep: 0, limit: 10 }),
  'SuspensionsRepository.put': (db, { id }) =>
    suspensions.put(db, id, { reason: 'new', suspendedAt: new Date(1), endsAt: null }),
  'SuspensionsRepository.find': (db, { id }) => suspensions.find(db, id),
  'SuspensionsRepository.delete': (db, { id }) => suspensions.delete(db, id),
  'UserJobsRepository.forget': (db, { id }) => userJobs.forget(db, id),
  'UserSearchRepository.read': (db, { id }) => userSearch.read(db, [id], everyone, 'newest_first'),
  'SearchTermsRepository.refresh': (db, { id }) => searchTerms.refresh(db, id),
  'UserSecretsRepository.delete': (db, { id }) => userSecrets.delete(db, id),
  'UserSecretsRepository.hasSecret': async (db, owner) =>
    (await writeIf(db, touching(owner, userSecrets.hasSecret(owner.id, `${owner.name} secret`)))) && owner.id,
  'UserSecretsRepository.replace': (db, { id }) => userSecrets.replace(db, id, newSecret, new Date(1)),
  'UserSecretsRepository.findKeyId': (db, { id }) => userSecrets.findKeyId(db, id),
  'UserSecretsRepository.findCreatedAt': (db, { id }) => userSecrets.findCreatedAt(db, id),
  'UsernamesRepository.insert': (db, { id }) => usernames.insert(db, id, ['another'], new Date(1)),
  'UsernamesRepository.replace': (db, { id }) =>
    usernames.replace(db, id, ['another'], { now: new Date(1), until: new Date(2) }),
  'UsernamesRepository.handOver': (db, { id }) => usernames.handOver(db, id, id, new Date(1)),
  'UsernamesRepository.detach': (db, { id }) => usernames.detach(db, id, new Date(1)),
  'UsernamesRepository.listHolds': (db, { id }) => usernames.listHolds(db, id, new Date(1)),
  ...contactCalls,
}

/** What must be so before a call changes anything. */
const preparations: Record<string, Call> = {
  ...consentPreparations,
  'AccountsRepository.reactivate': (db) => db.updateTable('accounts').set({ status: 'deleted' }).execute(),
  'AccountsRepository.activate': (db) => db.updateTable('accounts').set({ status: 'pending' }).execute(),
}

/** Calls that name the session, the picture or the message of someone else. They find and change nothing. */
const mismatches: Record<string, Call> = {
  ...factorMismatches,
  'PasswordsRepository.hasPassword': async (db, owner, { version }) =>
    (await writeIf(db, touching(owner, passwords.hasPassword(owner.id, version)))) || null,
  'UserSecretsRepository.hasSecret': async (db, owner, { name }) =>
    (await writeIf(db, touching(owner, userSecrets.hasSecret(owner.id, `${name} secret`)))) || null,
  ...keyMismatches,
  'SessionsRepository.delete': async (db, { id }, { sessionId }) =>
    (await sessions.delete(db, id, sessionId)) || null,
  'PicturesRepository.readFile': (db, owner, stranger) =>
    pictures.readFile(db, { ...pictureOf(owner), id: stranger.pictureId }, '64.webp'),
  'PasswordsRepository.replaceHash': async (db, { id }, { name }) =>
    (await passwords.replaceHash(db, id, { from: `${name} hash`, to: 'another' })) || null,
}

const takesOwner =
  /\b(?:AccountId|ApiKey|ApiKeyId|ConsentKey|SessionId|Picture|NewPicture|Session|Challenge|ChallengeId|Deletion|FactorId|FormerContacts|OwnedSession|SealedHomeAddress)\b/

it('every method of a repository that takes an owner is tested with two owners', () => {
  const methods = repositoryMethods().filter(({ parameters }) => takesOwner.test(parameters))
  const reviewed = [...Object.keys(calls), ...Object.keys(withoutOwner)]
  expect(reviewed.sort()).toEqual(methods.map(({ name }) => name).sort())
})

class Undone extends Error {}

describe.each(engines)('a repository that is asked for one owner, on $name', (engine) => {
  let database: MigratedDatabase
  const amina = newOwner('amina', 2011)
  const baraka = newOwner('baraka', 2012)
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    for (const owner of [amina, baraka]) await insertOwner(database.db, owner)
  })
  afterAll(async () => await database?.drop())

  /** In either direction, because a query without an owner may find either row first. */
  const pairs = [
    { owner: amina, stranger: baraka },
    { owner: baraka, stranger: amina },
  ]

  /** Runs the work in a transaction that is undone. */
  async function undone(work: (db: Transaction) => Promise<void>): Promise<void> {
    const run = inTransaction(database.db, async (db) => {
      await work(db)
      throw new Undone()
    })
    await expect(run).rejects.toThrow(Undone)
  }

  it('both have a row in every table that names an account', async () => {
    const tables = (await ownedTables(database.db)).map(([table]) => table).sort()
    for (const owner of [amina, baraka])
      expect(Object.keys(await rowsOf(database.db, owner)).sort()).toEqual(tables)
  })

  async function rowsOfAll(db: Database): Promise<string> {
    return JSON.stringify([await rowsOf(db, amina), await rowsOf(db, baraka)])
  }

  it.each(Object.keys(calls))('%s finds or changes what is theirs, and nothing else', async (name) => {
    for (const { owner, stranger } of pairs)
      await undone(async (db) => {
        await preparations[name]?.(db, owner, stranger)
        const before = { own: await rowsOf(db, owner), other: await rowsOf(db, stranger) }
        const found = JSON.stringify((await calls[name]?.(db, owner, stranger)) ?? null)
        const after = { own: await rowsOf(db, owner), other: await rowsOf(db, stranger) }
        expect(after.other).toEqual(before.other)
        expect(names(stranger, found), found).toBe(false)
        // A control: a call that does nothing would pass too.
        const isSeen = names(owner, found) || JSON.stringify(after.own) !== JSON.stringify(before.own)
        expect(isSeen, found).toBe(true)
      })
  })

  it.each(Object.keys(mismatches))('%s finds and changes nothing of another', async (name) => {
    for (const { owner, stranger } of pairs)
      await undone(async (db) => {
        const before = await rowsOfAll(db)
        expect(await mismatches[name]?.(db, owner, stranger)).toBeNull()
        expect(await rowsOfAll(db)).toBe(before)
      })
  })

  it('a picture that was replaced since it was found has no files', async () => {
    const found = { ...pictureOf(amina), id: newId<typeof amina.pictureId>() }
    expect(await pictures.readFile(database.db, found, '64.webp')).toBeNull()
  })
})
