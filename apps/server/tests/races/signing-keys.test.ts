import { raceSize } from '../support/race-size.ts'
/** @module-tag long */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeMaxAgeSeconds, urgentLeadSeconds } from '../../src/features/session-management/keys/model.ts'
import { engines } from '../support/engines.ts'
import { newPerson, type Person, signInWith } from '../support/people.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe.each(engines)('tokens checked many at once, on two nodes on $name', (engine) => {
  let nodes: readonly [TestServer, TestServer]
  let clients: readonly [TestClient, TestClient]
  let operator: OwnServices
  let person: Person
  beforeAll(async () => {
    const env = { PROXIMA_PUBLIC_URL: 'https://id.example.org' }
    const server = await startTestServer(engine, { env })
    const { databaseUrl, clock } = server
    nodes = [server, await startTestServer(engine, { env, databaseUrl, clock })]
    clients = [new TestClient(nodes[0].url), new TestClient(nodes[1].url)]
    operator = openServices(server)
    person = await newPerson(server.client)
  })
  afterAll(async () => {
    await operator?.close()
    for (const node of nodes?.toReversed() ?? []) await node.close()
  })

  const clientOf = (index: number) => clients[index % 2 === 0 ? 0 : 1]

  /** A thousand by turns on both nodes; `interfere` is called when some are answered. */
  async function race(tokens: readonly string[], interfere: () => Promise<unknown>): Promise<Set<number>> {
    let answered = 0
    let interference: Promise<unknown> = Promise.resolve()
    const statuses = Array.from({ length: raceSize }, async (_, index) => {
      const { status } = await clientOf(index).me(tokens[index % tokens.length] ?? '')
      answered += 1
      if (answered === 100) interference = interfere()
      return status
    })
    const seen = new Set(await Promise.all(statuses))
    await interference
    return seen
  }

  /** On both nodes. */
  async function judge(tokens: readonly string[]): Promise<Set<number>> {
    const calls = tokens.flatMap((token) => clients.map((client) => client.me(token)))
    return new Set((await Promise.all(calls)).map(({ status }) => status))
  }

  it('A76: are all accepted while keys rotate, and tokens of a retired key are refused by both nodes afterwards', async () => {
    const { clock } = nodes[0]
    const old = [person.token]
    const newer: string[] = []
    const during = await race(old, async () => {
      await operator.keys.rotate({ algorithm: 'ES256', isUrgent: true })
      clock.advance(urgentLeadSeconds + nodeMaxAgeSeconds)
      for (const client of clients) newer.push((await signInWith(client, person.secret)).token)
    })
    expect(during).not.toContain(401)
    const [signing, former] = await operator.keys.list()
    expect([signing?.state, former?.state]).toEqual(['signing', 'former'])
    expect(await judge([...old, ...newer])).toEqual(new Set([200]))

    const meanwhile = await race(newer, () => operator.keys.retire(former?.kid ?? '', { replace: false }))
    expect(meanwhile).not.toContain(401)
    clock.advance(nodeMaxAgeSeconds)
    expect(await judge(old)).toEqual(new Set([401]))
    expect(await judge(newer)).toEqual(new Set([200]))
  })
})
