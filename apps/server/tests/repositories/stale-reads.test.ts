import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LastUsedRepository } from '../../src/features/authenticators/api-keys/last-used/repository.ts'
import { ApiKeysRepository } from '../../src/features/authenticators/api-keys/repository.ts'
import { PasswordsRepository } from '../../src/features/authenticators/passwords/repository.ts'
import { UserSecretsRepository } from '../../src/features/authenticators/user-secrets/repository.ts'
import { BouncesRepository } from '../../src/features/messages/bounces/repository.ts'
import { MessageCountsRepository } from '../../src/features/messages/caps/repository.ts'
import { OutboxRepository } from '../../src/features/messages/outbox/repository.ts'
import { IdempotencyRepository } from '../../src/features/safeguards/idempotency/repository.ts'
import { GuessesRepository } from '../../src/features/safeguards/rate-limits/guesses/repository.ts'
import { KeysRepository } from '../../src/features/session-management/keys/repository.ts'
import { LastSeenRepository } from '../../src/features/session-management/sessions/last-seen/repository.ts'
import { SessionsRepository } from '../../src/features/session-management/sessions/repository.ts'
import { ContactsRepository } from '../../src/features/users/accounts/contacts/repository.ts'
import { AccountsRepository } from '../../src/features/users/accounts/repository.ts'
import { ProfilesRepository } from '../../src/features/users/profiles/repository.ts'
import type { Transaction } from '../../src/platform/database/tables.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { type MessageId, newId } from '../../src/platform/kernel/ids.ts'
import { engines } from '../support/engines.ts'
import { openIdWrites } from '../support/openid-calls.ts'
import { factorWrites } from '../support/owned-factors.ts'
import { insertOwner, newOwner } from '../support/owned-rows.ts'
import { insertReadRows } from '../support/read-rows.ts'
import { repositoryMethods } from '../support/repository-methods.ts'
import { createMigratedDatabase, dump, type MigratedDatabase } from '../support/test-database.ts'
import { unconditional } from '../support/unconditional-writes.ts'
import { webhookWrites } from '../support/webhook-rows.ts'

/** Writes with what was read: `fresh` if no one has changed it since, and each of `stale` if someone has. */
interface Write {
  readonly fresh: (db: Transaction) => Promise<unknown>
  readonly stale: readonly ((db: Transaction) => Promise<unknown>)[]
}

const accounts = new AccountsRepository()
const apiKeys = new ApiKeysRepository(accounts)
const lastUsed = new LastUsedRepository()
const bounces = new BouncesRepository()
const caps = new MessageCountsRepository()
const contacts = new ContactsRepository()
const guesses = new GuessesRepository()
const idempotency = new IdempotencyRepository()
const keys = new KeysRepository()
const outbox = new OutboxRepository()
const passwords = new PasswordsRepository()
const profiles = new ProfilesRepository()
const lastSeen = new LastSeenRepository()
const sessions = new SessionsRepository(accounts)
const userSecrets = new UserSecretsRepository(accounts)

const amina = newOwner('amina', 2011)
const { id, keyId, sessionId } = amina
const at = amina.at.getTime()
const inSeconds = (seconds: number) => new Date(at + seconds * 1_000)
const resealed = 'sealed again'
const importedSecret = (name: string) => ({ accountId: id, importedHash: `${name} imported secret` })
const replacement = { by: keyId, end: inSeconds(-1) }

/** The message of the fixture, whose id only the database knows. */
async function messageId(db: Transaction): Promise<MessageId> {
  return (await db.selectFrom('messages').select('id').executeTakeFirstOrThrow()).id
}

const email = { kind: 'email', canonical: 'amina@example.com' } as const
const tally = { failures: 3, opensAt: amina.at, refusals: 0, typed: 0 }
const countGuess = (from: Partial<typeof tally>) => (db: Transaction) =>
  guesses.replace(db, 'budget', { ...tally, ...from }, { ...tally, failures: 9 })
const claim = (read: { dueAt?: Date; attempts?: number }) => async (db: Transaction) =>
  await outbox.claim(
    db,
    {
      id: await messageId(db),
      dueAt: amina.at,
      attempts: 2,
      channel: 'mail',
      template: '',
      createdAt: amina.at,
      contentSealed: '',
      isWithheld: false,
      ...read,
    },
    inSeconds(60),
  )
const settle = (attempts: number) => async (db: Transaction) =>
  await outbox.settle(db, { id: await messageId(db), attempts }, { due_at: null, error: 'late' })
const increment = (max: number) => (db: Transaction) =>
  caps.increment(db, [{ counter: 'counter', max, endsAt: amina.at }], 1)
const resealKey = (privateJwkSealed: string) => (db: Transaction) =>
  keys.replaceSealed(
    db,
    {
      kid: 'older',
      algorithm: 'ES256',
      publicJwk: '',
      privateJwkSealed,
      createdAt: amina.at,
      activatesAt: amina.at,
      retiresAt: null,
    },
    resealed,
  )
const retireOlder =
  (createdAt: Date, algorithm = 'ES256' as const) =>
  (db: Transaction) =>
    keys.retireOlder(
      db,
      {
        kid: 'newest',
        algorithm,
        publicJwk: '',
        privateJwkSealed: '',
        createdAt,
        activatesAt: createdAt,
        predecessor: null,
      },
      inSeconds(9),
    )

const writes: Record<string, Write> = {
  ...webhookWrites(amina),
  ...factorWrites(amina),
  ...openIdWrites,
  'AccountsRepository.activate': {
    fresh: async (db) => {
      await db.updateTable('accounts').set({ status: 'pending' }).execute()
      return await accounts.activate(db, id, inSeconds(1))
    },
    stale: [(db) => accounts.activate(db, id, inSeconds(1))],
  },
  'AccountsRepository.delete': {
    fresh: async (db) => {
      await db.updateTable('accounts').set({ status: 'suspended' }).execute()
      return await accounts.delete(db, id, { unlessActive: true })
    },
    stale: [
      (db) => accounts.delete(db, id, { unlessActive: true }),
      (db) => accounts.delete(db, id, { onlyPending: true }),
    ],
  },
  'AccountsRepository.reactivate': {
    fresh: async (db) => {
      await db.updateTable('accounts').set({ status: 'deleted' }).execute()
      return await accounts.reactivate(db, id, inSeconds(1))
    },
    stale: [(db) => accounts.reactivate(db, id, inSeconds(1))],
  },
  'AccountsRepository.replaceSealed': {
    fresh: (db) => accounts.replaceSealed(db, id, 'address_sealed', { read: 'amina address', resealed }),
    stale: [
      (db) => accounts.replaceSealed(db, id, 'address_sealed', { read: 'before', resealed }),
      (db) => accounts.replaceSealed(db, id, 'national_id_sealed', { read: 'before', resealed }),
    ],
  },
  'ContactsRepository.markVerified': {
    fresh: (db) => contacts.markVerified(db, id, email, inSeconds(1)),
    stale: [
      (db) => contacts.markVerified(db, id, { ...email, canonical: 'before@example.com' }, inSeconds(1)),
      (db) => contacts.markVerified(db, id, { ...email, kind: 'phone_number' }, inSeconds(1)),
    ],
  },
  'GuessesRepository.replace': {
    fresh: countGuess({}),
    stale: [
      countGuess({ failures: 2 }),
      countGuess({ opensAt: inSeconds(1) }),
      countGuess({ refusals: 1 }),
      countGuess({ typed: 1 }),
    ],
  },
  'IdempotencyRepository.replaceAnswer': {
    fresh: (db) => idempotency.replaceAnswer(db, 'amina digest', { read: 'amina answer', resealed }),
    stale: [(db) => idempotency.replaceAnswer(db, 'amina digest', { read: 'before', resealed })],
  },
  'KeysRepository.replaceSealed': { fresh: resealKey('key'), stale: [resealKey('before')] },
  'KeysRepository.retire': {
    fresh: (db) => keys.retire(db, 'older', inSeconds(9)),
    stale: [(db) => keys.retire(db, 'retiring', inSeconds(9))],
  },
  'KeysRepository.retireOlder': {
    fresh: retireOlder(inSeconds(1)),
    stale: [retireOlder(amina.at), (db) => retireOlder(inSeconds(1), 'another algorithm' as 'ES256')(db)],
  },
  'BouncesRepository.postpone': {
    fresh: (db) => bounces.postpone(db, 'address', inSeconds(1)),
    stale: [0, -1].map((seconds) => (db) => bounces.postpone(db, 'address', inSeconds(seconds))),
  },
  'MessageCountsRepository.increment': {
    fresh: increment(6),
    stale: [async (db) => await increment(5)(db).catch(() => null)],
  },
  'OutboxRepository.claim': {
    fresh: claim({}),
    stale: [claim({ dueAt: inSeconds(-1) }), claim({ attempts: 1 })],
  },
  'OutboxRepository.replaceContent': {
    fresh: async (db) =>
      await outbox.replaceContent(db, await messageId(db), { read: 'amina text', resealed }),
    stale: [async (db) => await outbox.replaceContent(db, await messageId(db), { read: 'before', resealed })],
  },
  'OutboxRepository.settle': {
    fresh: settle(2),
    stale: [
      settle(1),
      async (db) => {
        await db.updateTable('messages').set({ due_at: null, error: 'late' }).execute()
        const before = await dump(db)
        await outbox.settle(db, { id: await messageId(db), attempts: 2 }, { due_at: 1, error: null })
        expect(await dump(db)).toEqual(before)
        await db.updateTable('messages').set({ due_at: at, error: null }).execute()
      },
    ],
  },
  'PasswordsRepository.replaceHash': {
    fresh: (db) => passwords.replaceHash(db, id, { from: 'amina hash', to: 'another' }),
    stale: [(db) => passwords.replaceHash(db, id, { from: 'AMINA hash', to: 'another' })],
  },
  'ProfilesRepository.replaceSealed': {
    fresh: (db) => profiles.replaceSealed(db, { accountId: id, sealed: 'amina home' }, resealed),
    stale: [(db) => profiles.replaceSealed(db, { accountId: id, sealed: 'before' }, resealed)],
  },
  'UserSecretsRepository.replaceImported': {
    fresh: (db) => userSecrets.replaceImported(db, importedSecret('amina'), 'new'),
    stale: [(db) => userSecrets.replaceImported(db, importedSecret('AMINA'), 'new')],
  },
  'ProfilesRepository.update': {
    fresh: (db) => profiles.update(db, id, { county: 'Nyeri' }, amina.version),
    stale: [(db) => profiles.update(db, id, { county: 'Nyeri' }, newId())],
  },
  'SessionsRepository.replaceRefresh': {
    fresh: (db) => sessions.replaceRefresh(db, sessionId, { generation: 3, replacedAt: [], now: amina.at }),
    stale: [2, 4].map(
      (generation) => (db) =>
        sessions.replaceRefresh(db, sessionId, { generation, replacedAt: [], now: amina.at }),
    ),
  },
  'SessionsRepository.replaceSealed': {
    fresh: (db) => sessions.replaceSealed(db, sessionId, { read: 'amina key', resealed }),
    stale: [(db) => sessions.replaceSealed(db, sessionId, { read: 'before', resealed })],
  },
  'ApiKeysRepository.replace': {
    fresh: (db) => apiKeys.replace(db, id, keyId, { ...replacement, read: null }),
    stale: [(db) => apiKeys.replace(db, id, keyId, { ...replacement, read: keyId })],
  },
  'LastUsedRepository.touch': {
    fresh: (db) => lastUsed.touch(db, [keyId], inSeconds(1), inSeconds(60)),
    stale: [(db) => lastUsed.touch(db, [keyId], inSeconds(-1), inSeconds(60))],
  },
  'LastSeenRepository.touch': {
    fresh: (db) => lastSeen.touch(db, [sessionId], inSeconds(1), inSeconds(60)),
    stale: [(db) => lastSeen.touch(db, [sessionId], inSeconds(-1), inSeconds(60))],
  },
}

const changesRows = /\bupdateTable\(|\.change\(db|\b(?:unlessActive)\b|this\.update(?:Found)?\(/

it('every method of a repository that changes a row is tested with a stale read, or says why not', () => {
  const methods = repositoryMethods().filter(({ body }) => changesRows.test(body))
  const reviewed = [...Object.keys(writes), ...Object.keys(unconditional)]
  expect(reviewed.sort()).toEqual(methods.map(({ name }) => name).sort())
})

class Undone extends Error {}

describe.each(engines)('a write with a stale read on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    const { db } = database
    await insertOwner(db, amina)
    await insertReadRows(db, at)
  })
  afterAll(async () => await database?.drop())

  /** Whether the work changes anything. It is undone. */
  async function changes(work: (db: Transaction) => Promise<unknown>): Promise<boolean> {
    let isChanged = false
    const run = inTransaction(database.db, async (db) => {
      const before = JSON.stringify(await dump(db))
      await work(db)
      isChanged = JSON.stringify(await dump(db)) !== before
      throw new Undone()
    })
    await expect(run).rejects.toThrow(Undone)
    return isChanged
  }

  it.each(Object.entries(writes))('%s changes only what was read', async (_name, { fresh, stale }) => {
    expect(await changes(fresh)).toBe(true)
    for (const write of stale) expect(await changes(write)).toBe(false)
  })
})
