import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId, type SessionId } from '../../../platform/kernel/ids.ts'

describe.each(engines)('the end of every session on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  it('I2: ends those of all accounts, however many, with a record of each', async () => {
    const [amina, baraka] = [await newPerson(server.client), await newPerson(server.client)]
    const { db } = services
    const row = await db
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', amina.sessionId)
      .executeTakeFirstOrThrow()
    for (let at = 0; at < 3; at++) {
      const copies = Array.from({ length: 200 }, () => ({
        ...row,
        id: newId<SessionId>(),
        code_digest: null,
      }))
      await db.insertInto('sessions').values(copies).execute()
    }
    expect(await services.allSessions.end()).toBe(602)
    for (const { token } of [amina, baraka]) expect((await server.client.me(token)).status).toBe(401)
    expect(await db.selectFrom('sessions').select('id').execute()).toEqual([])
    const records = await db.selectFrom('revocations').select(['session_id', 'account_id']).execute()
    expect(new Set(records.map(({ session_id }) => session_id)).size).toBe(602)
    expect(records).toContainEqual({ session_id: baraka.sessionId, account_id: baraka.id })
    const events = await readEvents(server.databaseUrl)
    expect(events.at(-1)).toMatchObject({ action: 'all_sessions_end', outcome: 'success', ip_address: null })
    expect(await services.allSessions.end()).toBe(0)
  })
})
