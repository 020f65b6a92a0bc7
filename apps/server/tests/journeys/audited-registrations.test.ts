import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../support/audit-events.ts'
import { engines } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'

describe.each(engines)('the audit trail on $name', (engine) => {
  let strict: TestServer
  beforeAll(async () => {
    strict = await startTestServer(engine, { env: { PROXIMA_PRIVACY: 'strict' } })
  })
  afterAll(async () => await strict?.close())

  it('I15: a registration with strict privacy is a success if it made an account, and a failure if not', async () => {
    const { databaseUrl } = strict
    for (let round = 0; round < 2; round++) {
      await strict.client.register({ email: 'strict@example.com', password })
      const db = openDatabase(databaseUrl)
      await verifyAddresses(db)
      await db.destroy()
    }
    const events = await readEvents(databaseUrl)
    const registrations = events.filter(({ action }) => action === 'registration')
    expect(registrations.map(({ outcome }) => outcome)).toEqual(['success', 'failure'])
  })
})
