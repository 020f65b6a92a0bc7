import { exportJWK, generateKeyPair } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { Sealer } from '../../../platform/crypto/sealing.ts'
import { RevocationsRepository } from '../../safeguards/revocations/repository.ts'
import { RevocationsService } from '../../safeguards/revocations/service.ts'
import { KeysRepository } from './repository.ts'
import { KeysService } from './service.ts'

/** What it keeps is seen elsewhere: tests/journeys/audit-trail.test.ts. */
const audit = { success: async () => undefined }

const masterSecret = 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24'
const otherSecret = 'aMasterSecretOfAnotherOne-77d0c2a9e4b1f853'

/** Counts how often the database is asked for the keys. */
class CountingRepository extends KeysRepository {
  lists = 0

  override list(...parameters: Parameters<KeysRepository['list']>) {
    this.lists += 1
    return super.list(...parameters)
  }
}

/** Other servers are always faster, so many times. */
class OvertakenRepository extends KeysRepository {
  #left: number

  constructor(times: number) {
    super()
    this.#left = times
  }

  override insert(...parameters: Parameters<KeysRepository['insert']>) {
    this.#left -= 1
    return this.#left < 0 ? super.insert(...parameters) : Promise.resolve(false)
  }
}

describe.each(engines)('the signing keys on $name', (engine) => {
  let database: MigratedDatabase
  let clock: FrozenClock
  beforeEach(async () => {
    database = await createMigratedDatabase(engine)
    clock = new FrozenClock()
  })
  afterEach(async () => await database?.drop())

  /** A node of its own, that remembers nothing of the others. */
  function node(secret = masterSecret, keys = new KeysRepository()): KeysService {
    const sealer = new Sealer({ current: secret })
    const { db } = database
    const revocations = new RevocationsService({ db, clock, revocations: new RevocationsRepository() })
    return new KeysService({ db, audit, revocations, keys, sealer, clock, tokenTtlSeconds: 900 })
  }

  it('begin with a key that is created at first use', async () => {
    expect(await node().publicKeys()).toEqual([])
    const keys = node()
    const { kid } = await keys.signingKey('ES256')
    expect(await keys.signingKey('ES256')).toMatchObject({ kid })
    expect((await keys.publicKeys()).map((key) => key.kid)).toEqual([kid])
  })

  it('are created once, however many callers ask at the same time', async () => {
    const keys = node()
    const asked = await Promise.all(Array.from({ length: 20 }, () => keys.signingKey('ES256')))
    expect(new Set(asked.map(({ kid }) => kid)).size).toBe(1)
    expect(await keys.publicKeys()).toHaveLength(1)
  })

  it('are created also if other servers were faster nine times, and after ten times the caller must come again', async () => {
    await expect(node(masterSecret, new OvertakenRepository(10)).signingKey('ES256')).rejects.toMatchObject({
      problem: { code: 'unavailable' },
      retryAfterSeconds: 1,
    })
    expect(await node().publicKeys()).toEqual([])
    const { kid } = await node(masterSecret, new OvertakenRepository(9)).signingKey('ES256')
    expect((await node().publicKeys()).map((key) => key.kid)).toEqual([kid])
  })

  it('are the same after a restart', async () => {
    const { kid } = await node().signingKey('ES256')
    clock.advance(86_400)
    const restarted = node()
    expect((await restarted.signingKey('ES256')).kid).toBe(kid)
    expect(await restarted.publicKeys()).toHaveLength(1)
    expect(await restarted.verificationKey(kid, 'ES256')).not.toBeNull()
  })

  it('have their thumbprint as kid, and differ between databases', async () => {
    const { kid } = await node().signingKey('ES256')
    expect(kid).toMatch(/^[\w-]{43}$/)
    const other = await createMigratedDatabase(engine)
    const sealer = new Sealer({ current: masterSecret })
    const { db } = other
    const revocations = new RevocationsService({ db, clock, revocations: new RevocationsRepository() })
    const parts = { audit, revocations, keys: new KeysRepository(), sealer, clock, tokenTtlSeconds: 900 }
    const elsewhere = new KeysService({ db, ...parts })
    expect((await elsewhere.signingKey('ES256')).kid).not.toBe(kid)
    await other.drop()
  })

  it('do not open with another master secret, and are not replaced', async () => {
    const { kid } = await node().signingKey('ES256')
    const wrong = node(otherSecret)
    await expect(wrong.signingKey('ES256')).rejects.toMatchObject({ name: 'WrongMasterSecret' })
    await expect(wrong.signingKey('ES256')).rejects.toThrow('Start the server with the secret')
    expect((await node().publicKeys()).map((key) => key.kid)).toEqual([kid])
  })

  it('do not open in the row of another key, or after a change', async () => {
    const { kid } = await node().signingKey('ES256')
    const row = await database.db.selectFrom('signing_keys').selectAll().executeTakeFirstOrThrow()
    clock.advance(1)
    const newer = { ...row, kid: 'moved', created_at: clock.now().getTime(), predecessor: kid }
    await database.db.insertInto('signing_keys').values(newer).execute()
    await expect(node().signingKey('ES256')).rejects.toMatchObject({ name: 'DamagedSeal' })
    await database.db.deleteFrom('signing_keys').where('kid', '=', 'moved').execute()
    expect((await node().signingKey('ES256')).kid).toBe(kid)
  })

  it('are read again after the database has failed once', async () => {
    const repository = new KeysRepository()
    let isDown = true
    repository.list = async (db) => {
      if (isDown) throw new Error('the database is down')
      return await KeysRepository.prototype.list.call(repository, db)
    }
    const keys = node(masterSecret, repository)
    await expect(keys.signingKey('ES256')).rejects.toThrow('the database is down')
    await expect(keys.verificationKey('x', 'ES256')).rejects.toThrow('the database is down')
    isDown = false
    const { kid } = await keys.signingKey('ES256')
    expect(await keys.verificationKey(kid, 'ES256')).not.toBeNull()
  })

  it('A76: of another node are known within a second', async () => {
    const first = node()
    await first.verificationKey((await first.signingKey('ES256')).kid, 'ES256')
    clock.advance(1)
    const second = await makeNewest()
    const newcomer = node()
    expect((await newcomer.signingKey('ES256')).kid).toBe(second)
    expect(await first.verificationKey(second, 'ES256')).not.toBeNull()
  })

  it('A68: are not looked up in the database for each invented kid', async () => {
    const repository = new CountingRepository()
    const keys = node(masterSecret, repository)
    const { kid } = await keys.signingKey('ES256')
    await keys.verificationKey(kid, 'ES256')
    const before = repository.lists
    for (let guess = 0; guess < 100; guess++)
      expect(await keys.verificationKey(`made-up-${guess}`, 'ES256')).toBeNull()
    expect(repository.lists).toBe(before)
    clock.advance(1)
    for (let guess = 0; guess < 100; guess++)
      expect(await keys.verificationKey(`made-up-${guess}`, 'ES256')).toBeNull()
    expect(repository.lists).toBe(before + 1)
    expect(await keys.verificationKey(kid, 'ES256')).not.toBeNull()
  })

  it('A68: are found only by their own kid', async () => {
    const keys = node()
    await keys.signingKey('ES256')
    for (const kid of ['__proto__', 'constructor', 'toString', '', '0', "' or 1=1 --"]) {
      clock.advance(2)
      expect(await keys.verificationKey(kid, 'ES256')).toBeNull()
    }
  })

  it('have one algorithm each, and keys of another algorithm are ignored', async () => {
    const { kid } = await node().signingKey('ES256')
    const { publicKey } = await generateKeyPair('RS256', { extractable: true })
    const other = {
      kid: 'other',
      algorithm: 'RS256' as never,
      public_jwk: JSON.stringify({ ...(await exportJWK(publicKey)), kid: 'other', alg: 'RS256', use: 'sig' }),
      private_jwk_sealed: 'sealed',
      created_at: clock.now().getTime() + 1,
      activates_at: clock.now().getTime(),
      predecessor: 'none',
    }
    await database.db.insertInto('signing_keys').values(other).execute()
    const keys = node()
    expect((await keys.signingKey('ES256')).kid).toBe(kid)
    expect(await keys.verificationKey('other', 'ES256')).toBeNull()
    expect(await keys.verificationKey('other', 'RS256' as never)).not.toBeNull()
    expect(await keys.verificationKey(kid, 'RS256' as never)).toBeNull()
    await keys.rotate({ algorithm: 'ES256', isUrgent: true })
    const listed = await keys.list()
    expect(listed.map(({ algorithm, state }) => `${algorithm} ${state}`).sort()).toEqual([
      'ES256 next',
      'ES256 signing',
      'RS256 signing',
    ])
    expect(listed.find((key) => key.kid === 'other')?.retiresAt).toBeNull()
    expect((await keys.publicKeys()).map(({ alg }) => alg).sort()).toEqual(['ES256', 'ES256', 'RS256'])
  })

  /** A key as a rotation would make it, newer than all others. */
  async function makeNewest(): Promise<string> {
    const old = await database.db.selectFrom('signing_keys').selectAll().executeTakeFirstOrThrow()
    await database.db.deleteFrom('signing_keys').execute()
    const { kid } = await node().signingKey('ES256')
    await database.db
      .insertInto('signing_keys')
      .values({ ...old, predecessor: kid })
      .execute()
    return kid
  }
})
