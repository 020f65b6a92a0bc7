import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { Sealer } from '../../../platform/crypto/sealing.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { type AccountId, newId, type SessionId } from '../../../platform/kernel/ids.ts'
import { unavailable } from '../../../platform/kernel/problems.ts'
import { RevocationsRepository } from '../../safeguards/revocations/repository.ts'
import { RevocationsService } from '../../safeguards/revocations/service.ts'
import type { TokenSubject } from '../tokens/model.ts'
import { TokensService } from '../tokens/service.ts'
import {
  keySetMaxAgeSeconds,
  leadSeconds,
  nodeMaxAgeSeconds,
  retirementSlackSeconds,
  urgentLeadSeconds,
  verifierPauseSeconds,
} from './model.ts'
import { KeysRepository } from './repository.ts'
import { KeysService } from './service.ts'

/** What it keeps is seen elsewhere: tests/journeys/audit-trail.test.ts. */
const audit = { success: async () => undefined }

const masterSecret = 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24'
const ttlSeconds = 900
const ada = {
  account: {} as TokenSubject['account'],
  accountId: newId<AccountId>(),
  sessionId: newId<SessionId>(),
  ...{ roles: ['user'], permissions: [], clientId: null },
  authentication: { amr: ['pwd'], authenticatedAt: new Date(0) },
  sessionEndsAt: new Date('2100-01-01T00:00:00Z'),
}

/** A database that is gone for as long as a test says. */
class FlakyRepository extends KeysRepository {
  isDown = false

  override async list(...parameters: Parameters<KeysRepository['list']>) {
    if (this.isDown) throw new Failure(unavailable)
    return await super.list(...parameters)
  }
}

interface Node {
  readonly keys: KeysService
  readonly repository: FlakyRepository
  issue(options?: { ttlSeconds: number }): Promise<string>
  /** The code of the refusal, or `accepted`. */
  judge(token: string): Promise<string>
}

interface Issued {
  readonly token: string
  readonly expiresAt: Date
}

interface OtherService {
  kids(): readonly string[]
  take(): Promise<void>
  refresh(): Promise<void>
}

const kidOf = (token: string) => String(decodeProtectedHeader(token).kid)

describe.each(engines)('a rotation of the signing keys on $name', (engine) => {
  let database: MigratedDatabase
  let clock: FrozenClock
  beforeEach(async () => {
    database = await createMigratedDatabase(engine)
    clock = new FrozenClock(new Date('2026-11-20T12:00:00.000Z'))
  })
  afterEach(async () => await database?.drop())

  /** A server of its own, as far as keys and tokens go. */
  function node(ownClock = clock): Node {
    const repository = new FlakyRepository()
    const sealer = new Sealer({ current: masterSecret })
    const { db } = database
    const revocations = new RevocationsService({ db, clock, revocations: new RevocationsRepository() })
    const life = { clock: ownClock, tokenTtlSeconds: ttlSeconds }
    const keys = new KeysService({ db, audit, revocations, keys: repository, sealer, ...life })
    const issuer = () => 'https://id.example.org'
    const shared = { keys, clock: ownClock, issuer, audience: issuer }
    const tokens = new TokensService({ ...shared, ttlSeconds })
    return {
      keys,
      repository,
      issue: async (options = { ttlSeconds }) => {
        const subject = { ...ada, rolesReadAt: ownClock.now() }
        return (await new TokensService({ ...shared, ...options }).issueAccessToken(subject)).token
      },
      judge: async (token) => {
        const refusal = await tokens.verifyAccessToken(token).then(
          () => null,
          (error: unknown) => error,
        )
        if (refusal === null) return 'accepted'
        if (!(refusal instanceof Failure)) throw refusal
        return refusal.problem.code
      },
    }
  }

  // A verifier that follows the guide: it looks an unknown key up after a pause, and an HTTP cache may answer it.
  const lookUpMaxAgeSeconds = keySetMaxAgeSeconds + verifierPauseSeconds
  it.each([
    ['a rotation', { isUrgent: false, lead: leadSeconds }],
    ['an urgent rotation', { isUrgent: true, lead: urgentLeadSeconds }],
  ])(
    'A76: %s wrongly refuses or accepts no token before, during and after it, on two nodes',
    async (_, { isUrgent, lead }) => {
      const nodes = [node(), node()]
      const service = otherService(node())
      let alive: Issued[] = []
      const run = async (seconds: number, expectedKid: (now: Date) => string) => {
        for (let second = 0; second < seconds; second += 11) {
          for (const each of nodes) alive.push(await issueAt(each, expectedKid(clock.now())))
          await service.refresh()
          for (const issued of alive) await judgeEverywhere(issued, nodes, service)
          alive = alive.filter(({ expiresAt }) => expiresAt > clock.now())
          clock.advance(11)
        }
      }
      const { kid: old } = await node().keys.signingKey('ES256')
      await run(100, () => old)
      // The worst that can be: its copy is taken right before the new key is published.
      await service.take()
      const { kid, activatesAt } = await node().keys.rotate({ algorithm: 'ES256', isUrgent })
      expect(activatesAt.getTime() - clock.now().getTime()).toBe(lead * 1_000)
      await run(lead + 2 * ttlSeconds, (now) => (now >= activatesAt ? kid : old))
      for (const each of nodes) expect(await each.keys.publicKeys()).toMatchObject([{ kid }])
    },
  )

  async function issueAt(each: Node, kid: string): Promise<Issued> {
    const token = await each.issue()
    expect(kidOf(token)).toBe(kid)
    return { token, expiresAt: new Date(clock.now().getTime() + ttlSeconds * 1_000) }
  }

  async function judgeEverywhere({ token, expiresAt }: Issued, nodes: Node[], service: OtherService) {
    const isAlive = clock.now() < expiresAt
    for (const each of nodes) expect(await each.judge(token)).toBe(isAlive ? 'accepted' : 'token_expired')
    if (isAlive) expect(service.kids()).toContain(kidOf(token))
  }

  /** Keeps its copy of the published keys for as long as it may. */
  function otherService(source: Node): OtherService {
    let copy: { at: Date; kids: string[] } | null = null
    const take = async () => {
      copy = { at: clock.now(), kids: (await source.keys.publicKeys()).map(({ kid }) => kid) }
    }
    return {
      take,
      kids: () => copy?.kids ?? [],
      refresh: async () => {
        const ageMs = clock.now().getTime() - (copy?.at.getTime() ?? 0)
        if (ageMs >= lookUpMaxAgeSeconds * 1_000) await take()
      },
    }
  }

  it('A76: ends the old key after its last token has expired, however long a token claims to be valid', async () => {
    const [one, other] = [node(), node()]
    const forged = await one.issue({ ttlSeconds: 31_536_000 })
    expect(await other.judge(forged)).toBe('accepted')
    await one.keys.rotate({ algorithm: 'ES256', isUrgent: false })
    clock.advance(leadSeconds + ttlSeconds + retirementSlackSeconds - 1)
    for (const each of [one, other]) expect(await each.judge(forged)).toBe('accepted')
    clock.advance(1)
    for (const each of [one, other, node()]) expect(await each.judge(forged)).toBe('invalid_token')
    expect((await one.keys.list()).map(({ state }) => state)).toEqual(['signing', 'retired'])
  })

  it('reaches a node that was idle in the meantime', async () => {
    const [busy, idle] = [node(), node()]
    const old = await idle.issue({ ttlSeconds: 31_536_000 })
    const { kid } = await busy.keys.rotate({ algorithm: 'ES256', isUrgent: false })
    clock.advance(86_400)
    expect(kidOf(await idle.issue())).toBe(kid)
    expect(await idle.judge(old)).toBe('invalid_token')
  })

  it('shows the key before it signs, to nodes and to others', async () => {
    const one = node()
    const { kid: old } = await one.keys.signingKey('ES256')
    const { kid, state } = await one.keys.rotate({ algorithm: 'ES256', isUrgent: false })
    expect(state).toBe('next')
    expect((await node().keys.publicKeys()).map((key) => key.kid)).toEqual([kid, old])
    clock.advance(leadSeconds - 1)
    expect((await one.keys.signingKey('ES256')).kid).toBe(old)
    clock.advance(1)
    expect((await one.keys.signingKey('ES256')).kid).toBe(kid)
    expect((await one.keys.list()).map((key) => key.state)).toEqual(['signing', 'former'])
  })

  it('A76: takes seconds in an emergency, and even a node that has just read the keys accepts the new one', async () => {
    const [one, other] = [node(), node()]
    const before = await one.issue()
    expect(await other.judge(before)).toBe('accepted')
    clock.advance(1)
    expect(await other.keys.verificationKey('made-up', 'ES256')).toBeNull()
    const { kid, activatesAt } = await node().keys.rotate({ algorithm: 'ES256', isUrgent: true })
    // The first node that is to sign with it, however early.
    const eager = node()
    while (kidOf(await eager.issue()) !== kid) clock.advance(1)
    expect(clock.now()).toEqual(activatesAt)
    for (const token of [before, await eager.issue()]) expect(await other.judge(token)).toBe('accepted')
    clock.advance(nodeMaxAgeSeconds)
    for (const each of [one, other]) expect(kidOf(await each.issue())).toBe(kid)
  })

  it('never signs with a key that was replaced before its time', async () => {
    const one = node()
    await one.keys.signingKey('ES256')
    const overtaken = await one.keys.rotate({ algorithm: 'ES256', isUrgent: false })
    clock.advance(60)
    const { kid } = await one.keys.rotate({ algorithm: 'ES256', isUrgent: true })
    clock.advance(urgentLeadSeconds)
    for (let second = 0; second < 2 * (leadSeconds + ttlSeconds); second += 30) {
      clock.advance(30)
      const token = await one.issue()
      expect(kidOf(token)).toBe(kid)
      expect(await node().judge(token)).toBe('accepted')
    }
    const states = (await one.keys.list()).map((key) => [key.kid === overtaken.kid, key.state])
    expect(states).toEqual([
      [false, 'signing'],
      [true, 'retired'],
      [false, 'retired'],
    ])
  })

  it('follows the newest key even from a machine whose clock is an hour behind', async () => {
    const one = node()
    await one.keys.signingKey('ES256')
    const behind = new FrozenClock(new Date(clock.now().getTime() - 3_600_000))
    const { kid } = await node(behind).keys.rotate({ algorithm: 'ES256', isUrgent: false })
    clock.advance(31)
    const token = await one.issue()
    expect(kidOf(token)).toBe(kid)
    expect(await node().judge(token)).toBe('accepted')
  })

  it('makes one key on the first start of many nodes at once', async () => {
    const nodes = Array.from({ length: 8 }, () => node())
    const tokens = await Promise.all(nodes.map((each) => each.issue()))
    expect(new Set(tokens.map(kidOf)).size).toBe(1)
    expect(await node().keys.list()).toHaveLength(1)
    for (const each of nodes) for (const token of tokens) expect(await each.judge(token)).toBe('accepted')
  })

  it('makes one key on the first start of nodes whose clocks differ', async () => {
    const ahead = node(new FrozenClock(new Date(clock.now().getTime() + 3_000)))
    const { kid } = await ahead.keys.signingKey('ES256')
    expect((await node().keys.signingKey('ES256')).kid).toBe(kid)
  })

  it('happens once at a time if several are requested at once', async () => {
    const one = node()
    await one.keys.signingKey('ES256')
    await Promise.all(
      Array.from({ length: 4 }, () => node().keys.rotate({ algorithm: 'ES256', isUrgent: false })),
    )
    const rows = await database.db
      .selectFrom('signing_keys')
      .selectAll()
      .orderBy('created_at', 'desc')
      .execute()
    expect(rows.map(({ predecessor }) => predecessor)).toEqual([
      ...rows.slice(1).map(({ kid }) => kid),
      'none',
    ])
    expect(rows.filter(({ retires_at }) => retires_at === null)).toHaveLength(1)
  })

  it('continues with the known keys while the database is down, and catches up when it is back', async () => {
    const [one, other] = [node(), node()]
    const token = await one.issue({ ttlSeconds: 31_536_000 })
    expect(await other.judge(token)).toBe('accepted')
    const { kid } = await other.keys.rotate({ algorithm: 'ES256', isUrgent: false })
    one.repository.isDown = true
    clock.advance(leadSeconds + ttlSeconds + retirementSlackSeconds)
    expect(await one.judge(token)).toBe('accepted')
    expect(await one.keys.publicKeys()).toHaveLength(1)
    expect(kidOf(await one.issue())).toBe(kidOf(token))
    one.repository.isDown = false
    clock.advance(1)
    expect(await one.judge(token)).toBe('invalid_token')
    expect(kidOf(await one.issue())).toBe(kid)
  })
})
