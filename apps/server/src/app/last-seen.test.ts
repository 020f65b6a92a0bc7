import { describe, expect, it } from 'vitest'
import { engines } from '../../tests/support/engines.ts'
import { connectFailing, FaultPlan } from '../../tests/support/failing-database.ts'
import { newPerson } from '../../tests/support/people.ts'
import { openDatabase } from '../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../tests/support/test-server.ts'

describe.each(engines)('the last use of sessions on $name', (engine) => {
  async function seenAt({ databaseUrl }: TestServer, sessionId: string): Promise<number | undefined> {
    const db = openDatabase(databaseUrl)
    const rows = await db.selectFrom('sessions').select(['id', 'last_seen_at']).execute()
    await db.destroy()
    return rows.find(({ id }) => id === sessionId)?.last_seen_at
  }

  it('is stored soon after, and by a server that stops at once', async () => {
    const database = await engine.createDatabase()
    const server = await startTestServer(engine, { databaseUrl: database.url })
    const { sessionId, token } = await newPerson(server.client)
    server.clock.advance(60)
    await server.client.me(token)
    const used = server.clock.now().getTime()
    await expect.poll(() => seenAt(server, sessionId), { timeout: 20_000, interval: 100 }).toBe(used)
    server.clock.advance(60)
    await server.client.me(token)
    await server.close()
    expect(await seenAt(server, sessionId)).toBe(server.clock.now().getTime())
    await database.drop()
  })

  it('does not keep anyone from being answered while it cannot be stored, and is reported once', async () => {
    const plan = new FaultPlan()
    const server = await startTestServer(engine, { connect: connectFailing(plan) })
    const { sessionId, token } = await newPerson(server.client)
    server.clock.advance(60)
    plan.refuse(/^update .sessions/)
    expect((await server.client.me(token)).status).toBe(200)
    const warnings = () => server.log.filter((line) => line.includes('when sessions were last used')).length
    await expect.poll(warnings, { timeout: 20_000 }).toBe(1)
    plan.refuse(null)
    const used = server.clock.now().getTime()
    await expect.poll(() => seenAt(server, sessionId), { timeout: 20_000, interval: 100 }).toBe(used)
    expect(warnings()).toBe(1)
    await server.close()
  })
})
