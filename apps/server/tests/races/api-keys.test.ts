import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/app/wire.ts'
import { keysOfAccountMax } from '../../src/features/authenticators/api-keys/model.ts'
import { operator } from '../../src/features/authorization/roles/model.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { Failure } from '../../src/platform/kernel/failures.ts'
import { type AccountId, type ApiKeyId, newId } from '../../src/platform/kernel/ids.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { engines } from '../support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/test-database.ts'
import { wireNode } from '../support/wired-node.ts'

const atOnce = 40

describe.each(engines)('many calls about API keys at once on $name', (engine) => {
  let database: MigratedDatabase
  let nodes: readonly [Services, Services]
  let accountId: AccountId
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    nodes = [wireNode({ db: database.db }), wireNode({ db: database.db })]
    accountId = (await nodes[0].serviceAccounts.create('Report', noRequest)).id
  })
  afterAll(async () => await database?.drop())

  const input = { name: 'x', permissions: [], allowedNetworks: [], expiresAt: null }
  const manager = () => nodes[0].serviceAccounts.managerOf(accountId, operator)

  /** Runs the calls on both nodes in turn. @returns how many succeeded, and the codes of the others */
  async function race(work: (node: Services) => Promise<unknown>) {
    const codes: string[] = []
    const all = Array.from({ length: atOnce }, async (_, index) => {
      try {
        await work(nodes[index % 2] as Services)
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        codes.push(error.problem.code)
      }
    })
    await Promise.all(all)
    return { succeeded: atOnce - codes.length, codes: [...new Set(codes)] }
  }

  it('I13: never make more keys than an account may have', async () => {
    const of = { account_id: accountId, name: 'x', permissions: '', allowed_networks: '' }
    const times = { created_at: 0, expires_at: Date.now() + 86_400_000 }
    const rows = Array.from({ length: keysOfAccountMax - 3 }, () => {
      const id = newId<ApiKeyId>()
      return { ...of, ...times, id, digest: id }
    })
    await database.db.insertInto('api_keys').values(rows).execute()
    const outcome = await race(async (node) => node.apiKeyManagement.create(await manager(), input, null))
    expect(outcome).toEqual({ succeeded: 3, codes: ['too_many_api_keys'] })
    await database.db.deleteFrom('api_keys').execute()
  })

  it('I1: make one key for one Idempotency-Key', async () => {
    const key = crypto.randomUUID()
    const secrets = new Set<string>()
    await race(async (node) => {
      const { secret } = await node.apiKeyManagement.create(await manager(), input, key)
      secrets.add(secret)
    })
    expect(secrets.size).toBe(1)
    expect(await database.db.selectFrom('api_keys').select('id').execute()).toHaveLength(1)
  })

  it('I2: a revocation during rotations leaves no key of the one that was revoked', async () => {
    const { apiKey } = await inTransaction(database.db, (db) => nodes[0].apiKeys.create(db, accountId, input))
    const revoking = nodes[1].userApiKeys.revokeAny(apiKey.id)
    const rotation = { overlapSeconds: 3_600, expiresAt: null }
    await race(async (node) => node.apiKeyManagement.rotate(await manager(), apiKey.id, rotation, null))
    await revoking
    const left = database.db.selectFrom('api_keys').select('id').where('id', '=', apiKey.id)
    expect(await left.execute()).toEqual([])
  })
})
