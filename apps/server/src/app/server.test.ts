import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectTo } from '../../tests/support/connections.ts'
import { engines } from '../../tests/support/engines.ts'
import { startTestServer, type TestServer } from '../../tests/support/test-server.ts'
import { migrateDown } from '../platform/database/migrator.ts'

describe.each(engines)('on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  it('registers, signs in and identifies the caller', async () => {
    const { user, token } = await server.client.signUp('amina')
    const me = await server.client.me(token)
    expect(me.status).toBe(200)
    expect(me.body.id).toBe(user.id)
  })

  it('is not ready after someone has reverted its migrations', async () => {
    const node = await startTestServer(engine)
    const connection = connectTo(node.databaseUrl)
    await migrateDown(connection, { all: false })
    const answer = await node.client.get('/readyz')
    expect(answer.status).toBe(503)
    expect(answer.body.code).toBe('unavailable')
    await connection.db.destroy()
    await node.close()
  })
})
