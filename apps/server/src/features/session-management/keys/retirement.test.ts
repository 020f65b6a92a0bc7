import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { Sealer } from '../../../platform/crypto/sealing.ts'
import { RevocationsRepository } from '../../safeguards/revocations/repository.ts'
import { RevocationsService } from '../../safeguards/revocations/service.ts'
import { leadSeconds, nodeMaxAgeSeconds, replacementLeadSeconds, urgentLeadSeconds } from './model.ts'
import { KeysRepository } from './repository.ts'
import { KeysService } from './service.ts'

/** What it keeps is seen elsewhere: tests/journeys/audit-trail.test.ts. */
const audit = { success: async () => undefined }

const oldSecret = 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24'
const newSecret = 'aMasterSecretOfAnotherOne-77d0c2a9e4b1f853'
const both = new Sealer({ current: newSecret, previous: [oldSecret] })

describe.each(engines)('on $name', (engine) => {
  let database: MigratedDatabase
  let clock: FrozenClock
  beforeEach(async () => {
    database = await createMigratedDatabase(engine)
    clock = new FrozenClock()
  })
  afterEach(async () => await database?.drop())

  function node(sealer = new Sealer({ current: oldSecret }), keys = new KeysRepository()): KeysService {
    const { db } = database
    const revocations = new RevocationsService({ db, clock, revocations: new RevocationsRepository() })
    return new KeysService({ db, audit, revocations, keys, sealer, clock, tokenTtlSeconds: 900 })
  }

  const statesOf = async (keys: KeysService) => (await keys.list()).map(({ state }) => state)

  describe('retiring a signing key', () => {
    it('A76: ends the key at once on this node, and within half a minute on a node that has just read it', async () => {
      const [one, other] = [node(), node()]
      const { kid } = await one.signingKey('ES256')
      await one.rotate({ algorithm: 'ES256', isUrgent: true })
      clock.advance(urgentLeadSeconds)
      expect(await other.verificationKey(kid, 'ES256')).not.toBeNull()
      expect(await one.retire(kid, { replace: false })).toMatchObject({ state: 'retired' })
      expect(await one.verificationKey(kid, 'ES256')).toBeNull()
      expect((await one.publicKeys()).map((key) => key.kid)).not.toContain(kid)
      clock.advance(nodeMaxAgeSeconds)
      expect(await other.verificationKey(kid, 'ES256')).toBeNull()
    })

    it('is refused for the key that signs and for the next one, unless it is replaced', async () => {
      const keys = node()
      const { kid: signing } = await keys.signingKey('ES256')
      const { kid: next } = await keys.rotate({ algorithm: 'ES256', isUrgent: false })
      for (const kid of [signing, next]) {
        const refusal = keys.retire(kid, { replace: false })
        await expect(refusal).rejects.toMatchObject({ problem: { code: 'signing_key_in_use' } })
      }
      expect(await statesOf(keys)).toEqual(['next', 'signing'])
    })

    it('replaces the key that signs, and no node is without a key in the meantime', async () => {
      const nodes = [node(), node()]
      const [one = node()] = nodes
      const { kid } = await one.signingKey('ES256')
      await Promise.all(nodes.map((each) => each.verificationKey(kid, 'ES256')))
      await one.retire(kid, { replace: true })
      expect(await statesOf(one)).toEqual(['next', 'signing'])
      for (let second = 1; second <= nodeMaxAgeSeconds; second++) {
        clock.advance(1)
        const signing = await Promise.all(nodes.map(async (each) => (await each.signingKey('ES256')).kid))
        // The one that made the key uses it on time; the other may learn of it later, and accepts it all the same.
        expect(signing[0] === kid).toBe(second < replacementLeadSeconds)
        const accepted = nodes.map((each) => each.verificationKey(signing[0] ?? '', 'ES256'))
        expect(await Promise.all(accepted)).not.toContain(null)
      }
      for (const each of nodes) {
        expect(await each.verificationKey(kid, 'ES256')).toBeNull()
        expect((await each.signingKey('ES256')).kid).not.toBe(kid)
      }
      expect(await statesOf(one)).toEqual(['signing', 'retired'])
    })

    it('replaces the next key', async () => {
      const keys = node()
      const { kid: first } = await keys.signingKey('ES256')
      const { kid: leaked } = await keys.rotate({ algorithm: 'ES256', isUrgent: false })
      await keys.retire(leaked, { replace: true })
      clock.advance(leadSeconds)
      const { kid } = await keys.signingKey('ES256')
      expect([first, leaked]).not.toContain(kid)
      expect(await keys.verificationKey(first, 'ES256')).not.toBeNull()
      expect(await keys.verificationKey(leaked, 'ES256')).toBeNull()
    })

    it('fails for an unknown key, and changes nothing the second time', async () => {
      const keys = node()
      const { kid } = await keys.signingKey('ES256')
      const refusal = keys.retire('unknown', { replace: true })
      await expect(refusal).rejects.toMatchObject({ problem: { code: 'not_found' } })
      await keys.rotate({ algorithm: 'ES256', isUrgent: true })
      clock.advance(urgentLeadSeconds)
      const { retiresAt } = await keys.retire(kid, { replace: false })
      clock.advance(60)
      expect((await keys.retire(kid, { replace: true })).retiresAt).toEqual(retiresAt)
      expect(await keys.list()).toHaveLength(2)
    })
  })

  describe('sealing the signing keys again', () => {
    it('lets a server with only the new secret use every key', async () => {
      const { kid } = await node().signingKey('ES256')
      await node().rotate({ algorithm: 'ES256', isUrgent: false })
      await expect(node(new Sealer({ current: newSecret })).signingKey('ES256')).rejects.toThrow(
        'does not match',
      )
      expect(await node(both).reseal({ dryRun: true })).toEqual({ outdated: 2, next: null })
      expect(await node(both).reseal({ dryRun: false })).toEqual({ outdated: 2, next: null })
      expect(await node(both).reseal({ dryRun: false })).toEqual({ outdated: 0, next: null })
      const alone = node(new Sealer({ current: newSecret }))
      expect((await alone.signingKey('ES256')).kid).toBe(kid)
      clock.advance(leadSeconds)
      expect((await alone.signingKey('ES256')).kid).not.toBe(kid)
      await expect(node().signingKey('ES256')).rejects.toMatchObject({ name: 'WrongMasterSecret' })
    })

    it('continues after an interruption, and until it is complete no server starts with only the new secret', async () => {
      const { kid } = await node().signingKey('ES256')
      await node().rotate({ algorithm: 'ES256', isUrgent: false })
      const cutOff = new KeysRepository()
      let replaced = 0
      cutOff.replaceSealed = async (...parameters) => {
        if (replaced === 1) throw new Error('cut off')
        replaced += 1
        return await KeysRepository.prototype.replaceSealed.apply(cutOff, parameters)
      }
      await expect(node(both, cutOff).reseal({ dryRun: false })).rejects.toThrow('cut off')
      const alone = () => node(new Sealer({ current: newSecret }))
      await expect(alone().signingKey('ES256')).rejects.toMatchObject({ name: 'WrongMasterSecret' })
      expect(await node(both).reseal({ dryRun: false })).toEqual({ outdated: 1, next: null })
      expect((await alone().signingKey('ES256')).kid).toBe(kid)
    })
  })
})
