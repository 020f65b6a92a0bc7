import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Failure } from '../../src/platform/kernel/failures.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { engines } from '../support/engines.ts'
import { raceSize } from '../support/race-size.ts'
import { type SlowNodes, startSlowNodes } from '../support/slow-nodes.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'

describe.each(engines)('a code to sign in that many use at once, on $name', { tags: ['long'] }, (engine) => {
  let started: SlowNodes
  beforeAll(async () => {
    started = await startSlowNodes(engine)
  })
  afterAll(() => started?.close())

  const nodeAt = (index: number) => started.nodes[index % 2 === 0 ? 0 : 1]

  async function register(email: string): Promise<void> {
    const source = { context: noRequest, idempotencyKey: null, byAdministrator: true }
    await started.nodes[0].registration.create({ email }, source)
    await verifyAddresses(started.database.db)
  }

  /** The flow, and the text of the message. */
  async function ask(email: string, delivery: 'code' | 'link') {
    const flow = await started.nodes[0].signInCodeRequests.request({ identifier: email, delivery }, noRequest)
    const messages = await started.nodes[0].outbox.listOpen(20)
    return { flow, text: messages.find(({ content }) => content?.to === email)?.content?.text ?? '' }
  }

  async function race(attempt: (index: number) => Promise<unknown>): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    const run = async (index: number): Promise<string> => {
      try {
        await attempt(index)
        return 'signed in'
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        // A client repeats a call that a busy server has not done.
        return error.problem.code === 'unavailable' ? await run(index) : error.problem.code
      }
    }
    for (const outcome of await Promise.all(Array.from({ length: raceSize }, (_, index) => run(index))))
      counts[outcome] = (counts[outcome] ?? 0) + 1
    return counts
  }

  it('A81, I1: signs in once with the digits, on two nodes', async () => {
    const email = 'amina@example.com'
    await register(email)
    const { flow, text } = await ask(email, 'code')
    const code = /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0] ?? ''
    const counts = await race((index) =>
      nodeAt(index).codeSignIn.byCode({ flow, code, mode: 'token' }, noRequest),
    )
    expect(counts).toEqual({ 'signed in': 1, code_invalid: raceSize - 1 })
  })

  it('A81, I1: signs in once with the link, on two nodes', async () => {
    const email = 'baraka@example.com'
    await register(email)
    const { flow, text } = await ask(email, 'link')
    const linkToken = /pxl_[\w-]{43}/.exec(text)?.[0] ?? ''
    const counts = await race((index) =>
      nodeAt(index).codeSignIn.byLink({ flow, linkToken, mode: 'token' }, noRequest),
    )
    expect(counts).toEqual({ 'signed in': 1, code_invalid: raceSize - 1 })
  })
})
