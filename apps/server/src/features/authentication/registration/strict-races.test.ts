import { raceSize } from '../../../../tests/support/race-size.ts'
/** @module-tag long */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTo } from '../../../../tests/support/connections.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import type { Services } from '../../../app/wire.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { unavailable } from '../../../platform/kernel/problems.ts'
import { subjectPerHourMax } from '../../messages/caps/model.ts'

const racers = raceSize
const lanes = 100
const spellings = ['Halima@Example.com', 'halima@example.com', 'HALIMA@EXAMPLE.COM', ' halima@EXAMPLE.com ']

function isUnavailable(outcome: PromiseSettledResult<unknown>): boolean {
  return (
    outcome.status === 'rejected' &&
    outcome.reason instanceof Failure &&
    outcome.reason.problem === unavailable
  )
}

describe.each(engines)('registering at the same time with strict privacy on $name', (engine) => {
  let database: MigratedDatabase
  let second: Database
  let nodes: readonly Services[]
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    second = connectTo(database.url).db
    const env = { PROXIMA_PRIVACY: 'strict' }
    nodes = [wireNode({ db: database.db, env }), wireNode({ db: second, env })]
  })
  afterAll(async () => {
    await second?.destroy()
    await database?.drop()
  })

  /** A hundred at a time, by turns on two nodes: as many as wait for a connection without being sent away. */
  async function race(body: (index: number) => Parameters<Services['registration']['register']>[0]) {
    const source = { context: requestFrom(), idempotencyKey: null }
    const outcomes: PromiseSettledResult<unknown>[] = []
    const rest = Array.from({ length: racers }, (_, index) => index).values()
    const lane = async () => {
      for (const index of rest) {
        const registering = nodes[index % nodes.length]?.registration.register(body(index), source)
        outcomes.push(...(await Promise.allSettled([registering])))
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
    return outcomes
  }

  const count = async (table: 'accounts' | 'passwords' | 'account_roles') => {
    const { rows } = await database.db
      .selectFrom(table)
      .select(({ fn }) => fn.countAll().as('rows'))
      .executeTakeFirstOrThrow()
    return Number(rows)
  }

  it('A06, A07: makes one account of many for one email, and answers all alike', async () => {
    const outcomes = await race((index) => ({ email: spellings[index % spellings.length] ?? '', password }))
    // On a busy machine, a caller may wait for the others for so long that it gets 503, which reveals nothing.
    const answered = outcomes.filter((each) => !isUnavailable(each))
    expect(answered.length).toBeGreaterThan(racers / 2)
    expect(new Set(answered.map((each) => JSON.stringify(each)))).toEqual(
      new Set(['{"status":"fulfilled","value":null}']),
    )
    for (const table of ['accounts', 'passwords', 'account_roles'] as const)
      expect(await count(table)).toBe(1)
    // The caps of the address apply.
    const messages = await nodes[0]?.outbox.list(2 * racers)
    expect(messages?.filter(({ state }) => state === 'waiting')).toHaveLength(subjectPerHourMax)
  })

  it('A07: gives a username to one of many callers, and refuses the others, whether or not their emails differ', async () => {
    await verifyAddresses(database.db)
    const outcomes = await race((index) => ({
      username: 'juma',
      email: index % 2 === 0 ? 'halima@example.com' : `juma${index}@example.com`,
      password,
    }))
    const codes = outcomes.map((each) => {
      if (each.status === 'fulfilled') return 'pending'
      return (each.reason as Failure).problem.code
    })
    expect(codes.filter((code) => code === 'pending')).toHaveLength(1)
    expect(codes.filter((code) => code === 'username_taken')).toHaveLength(racers - 1)
    // The winner has an account, unless its email is taken: then the username is held for no one.
    const skeletons = await database.db.selectFrom('username_skeletons').select('account_id').execute()
    expect(skeletons).toHaveLength(1)
    expect(await count('accounts')).toBe(skeletons[0]?.account_id === null ? 1 : 2)
  })
})
