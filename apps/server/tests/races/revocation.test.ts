/** @module-tag long */

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { engines } from '../support/engines.ts'
import { newPerson } from '../support/people.ts'
import { raceSize } from '../support/race-size.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { type Answer, TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe.each(engines)('an account that many sign in to at once, on $name', (engine) => {
  let nodes: readonly [TestServer, TestServer]
  let clients: readonly [TestClient, TestClient]
  let administrator: OwnServices
  beforeAll(async () => {
    const server = await startTestServer(engine)
    const { databaseUrl, clock } = server
    nodes = [server, await startTestServer(engine, { databaseUrl, clock })]
    clients = [new TestClient(nodes[0].url), new TestClient(nodes[1].url)]
    administrator = openServices(server)
  })
  afterAll(async () => {
    await administrator?.close()
    for (const node of nodes?.toReversed() ?? []) await node.close()
  })

  const clientOf = (index: number) => clients[index % 2 === 0 ? 0 : 1]

  /** By turns on both nodes; once some have been let in, `revoke` is called. @returns who was let in, before or after */
  async function race(length: number, secret: string, revoke: () => Promise<void>): Promise<Answer[]> {
    let letIn = 0
    let revoked: Promise<void> = Promise.resolve()
    const answers = Array.from({ length }, async (_, index) => {
      const answer = await clientOf(index).post('/v1/auth/token', { user_secret: secret })
      if (answer.status === 200) letIn += 1
      if (answer.status === 200 && letIn === 1) revoked = revoke()
      return answer
    })
    const all = await Promise.all(answers)
    await revoked
    expect(all.filter(({ status }) => ![200, 401, 503].includes(status))).toEqual([])
    return all.filter(({ status }) => status === 200)
  }

  async function expectDead(accountId: AccountId, letIn: readonly Answer[]): Promise<void> {
    const sessions = administrator.db.selectFrom('sessions').select('id')
    expect(await sessions.where('account_id', '=', accountId).execute()).toEqual([])
    const calls = letIn.map(({ body }, index) => clientOf(index).me(String(body.access_token)))
    expect((await Promise.all(calls)).map(({ status }) => status)).not.toContain(200)
  }

  it('I2: keeps no session once it is suspended, and activating it restores none', async () => {
    const { id, secret } = await newPerson(nodes[0].client)
    const letIn = await race(raceSize, secret, () => administrator.administration.suspend(id))
    await expectDead(id, letIn)
    await administrator.administration.activate(id)
    await expectDead(id, letIn)
  })

  it('I2: keeps no session once it is erased', async () => {
    const { id, secret } = await newPerson(nodes[0].client)
    const erase = async () => void (await administrator.administration.erase(id))
    const letIn = await race(200, secret, erase)
    await expectDead(id, letIn)
  })
})
