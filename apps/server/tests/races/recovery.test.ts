import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../src/platform/kernel/failures.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { engines } from '../support/engines.ts'
import { raceSize } from '../support/race-size.ts'
import { type SlowNodes, startSlowNodes } from '../support/slow-nodes.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'

const many = raceSize
const old = 'correct horse battery staple'

describe.each(engines)('a recovery that many use at once, on $name', { tags: ['long'] }, (engine) => {
  let database: SlowNodes['database']
  let nodes: SlowNodes['nodes']
  let started: SlowNodes
  beforeAll(async () => {
    started = await startSlowNodes(engine)
    database = started.database
    nodes = started.nodes
  })
  afterAll(() => started?.close())

  const nodeAt = (index: number) => nodes[index % 2 === 0 ? 0 : 1]

  async function register(email: string): Promise<AccountId> {
    const source = { context: noRequest, idempotencyKey: null, byAdministrator: true }
    const { account } = await nodes[0].registration.create({ email, password: old }, source)
    await verifyAddresses(database.db)
    return account.id
  }

  /** The six digits of the newest message to the address. */
  async function codeFor(email: string): Promise<string> {
    await nodes[0].recoveryRequests.request(email, noRequest)
    const messages = await nodes[0].outbox.listOpen(20)
    const text = messages.find(({ content }) => content?.to === email)?.content?.text ?? ''
    return /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0] ?? ''
  }

  /** How often each outcome occurs. */
  async function race(attempt: (index: number) => Promise<string>): Promise<Record<string, number>> {
    const run = async (index: number): Promise<string> => {
      try {
        return await attempt(index)
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        const { code } = error.problem
        return code === 'unavailable' || code === 'overloaded' ? await run(index) : code
      }
    }
    const outcomes = await Promise.all(Array.from({ length: many }, (_, index) => run(index)))
    return Object.fromEntries(
      Object.entries(Object.groupBy(outcomes, (each) => each)).map(([name, all = []]) => [name, all.length]),
    )
  }

  it('A81: exchanges a code for one token, and sets one of many passwords, on two nodes', async () => {
    const email = 'amina@example.com'
    const id = await register(email)
    const code = await codeFor(email)
    const tokens: string[] = []
    const exchanged = await race(async (index) => {
      tokens.push(await nodeAt(index).recoveryProofs.verify(email, code, noRequest))
      return 'token'
    })
    expect(exchanged).toEqual({ token: 1, code_invalid: many - 1 })
    const grant = { purpose: 'recovery_token', token: tokens[0] ?? '' } as const
    const winners: string[] = []
    const resets = await race(async (index) => {
      const newPassword = `nine quiet rivers bend ${index}`
      await nodeAt(index).recoveryReset.reset({ grant, newPassword }, noRequest)
      winners.push(newPassword)
      return 'reset'
    })
    expect(resets).toEqual({ reset: 1, code_invalid: many - 1 })
    const login = async (password: string) =>
      await nodes[1].login.withPassword(
        { identifiers: [{ kind: 'any', text: email }], password, mode: 'token' },
        noRequest,
      )
    expect((await login(winners[0] ?? '')).kind).toBe('signed_in')
    await expect(login(old)).rejects.toThrow(Failure)
    const events = await database.db
      .selectFrom('audit_events')
      .select('id')
      .where('account_id', '=', id)
      .where('action', '=', 'recovery')
      .execute()
    expect(events).toHaveLength(1)
  })
})
