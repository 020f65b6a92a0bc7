import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Services } from '../../src/app/wire.ts'
import { requireSignedIn } from '../../src/features/authentication/sign-in/model.ts'
import { Failure } from '../../src/platform/kernel/failures.ts'
import type { Principal } from '../../src/platform/kernel/principal.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { engines } from '../support/engines.ts'
import { raceSize } from '../support/race-size.ts'
import { type SlowNodes, startSlowNodes } from '../support/slow-nodes.ts'

const many = raceSize

describe.each(engines)('a change of a contact on $name, on two nodes', { tags: ['long'] }, (engine) => {
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

  async function newOwner(username: string): Promise<Principal> {
    const source = { context: noRequest, idempotencyKey: null }
    const { userSecret } = await nodes[0].registration.create({ username }, source)
    const login = await nodes[0].login.withUserSecret(
      { userSecret: userSecret ?? '', mode: 'token' },
      noRequest,
    )
    return await nodes[0].sessions.principal(requireSignedIn(login).session.id)
  }

  /** Requests the change, and returns the six digits of the newest message to the address. */
  async function codeFor(owner: Principal, email: string): Promise<string> {
    const contact = { kind: 'email', text: email } as const
    await nodes[0].contactChangeRequests.request(owner, { contact }, noRequest)
    const messages = await nodes[0].outbox.listOpen(20)
    const text = messages.find(({ content }) => content?.to === email)?.content?.text ?? ''
    return /(?<!\d)\d{6}(?!\d)/.exec(text)?.[0] ?? ''
  }

  async function confirm(owner: Principal, code: string, node: Services): Promise<string> {
    try {
      await node.contactChangeConfirmations.confirm(owner, { kind: 'email', code }, noRequest)
      return 'changed'
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const { code: problem } = error.problem
      return problem === 'unavailable' ? await confirm(owner, code, node) : problem
    }
  }

  it('A81: happens once, of many who confirm it with one code', async () => {
    const owner = await newOwner('amina')
    const code = await codeFor(owner, 'amina@example.com')
    const outcomes = await Promise.all(
      Array.from({ length: many }, (_, index) => confirm(owner, code, nodeAt(index))),
    )
    expect(outcomes.filter((each) => each === 'changed')).toHaveLength(1)
    expect(new Set(outcomes)).toEqual(new Set(['changed', 'code_invalid']))
  })

  async function undo(token: string, node: Services): Promise<string> {
    try {
      await node.contactChangeUndo.undo(token, noRequest)
      return 'undone'
    } catch (error) {
      if (!(error instanceof Failure)) throw error
      const { code: problem } = error.problem
      return problem === 'unavailable' ? await undo(token, node) : problem
    }
  }

  it('A81: is undone once, of many who use the two links', async () => {
    const owner = await newOwner('barasa')
    for (const email of ['barasa@example.com', 'thief@example.com'])
      await confirm(owner, await codeFor(owner, email), nodes[0])
    const messages = await nodes[0].outbox.listOpen(20)
    const links = messages.flatMap(({ content }) =>
      content?.to === 'barasa@example.com'
        ? (/\/undo\?token=(pxl_[\w-]{43})/.exec(content.text)?.[1] ?? [])
        : [],
    )
    expect(links).toHaveLength(2)
    const outcomes = await Promise.all(
      Array.from({ length: many }, (_, index) => undo(links[index % 3 === 0 ? 0 : 1] ?? '', nodeAt(index))),
    )
    expect(outcomes.filter((each) => each === 'undone')).toHaveLength(1)
    expect(new Set(outcomes)).toEqual(new Set(['undone', 'code_invalid']))
  })

  it('A08: gives an address to one of ten owners who have each proved it, and the others are told', async () => {
    const email = 'wanted@example.com'
    const owners: { readonly owner: Principal; readonly code: string }[] = []
    for (let index = 0; index < 10; index++) {
      // The caps on messages are not the subject of this test.
      await database.db.deleteFrom('message_counts').execute()
      const owner = await newOwner(`owner${index}`)
      owners.push({ owner, code: await codeFor(owner, email) })
    }
    const outcomes = await Promise.all(
      owners.map(({ owner, code }, index) => confirm(owner, code, nodeAt(index))),
    )
    expect(outcomes.toSorted()).toEqual(['changed', ...Array.from({ length: 9 }, () => 'email_taken')])
  })
})
