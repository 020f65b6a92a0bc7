import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../tests/support/engines.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'
import { loadConfig } from '../config/load-config.ts'
import { type Connection, connect } from './connect.ts'

const max = 2

describe.each(engines)('the use of connections on $name', (engine) => {
  let server: TestServer
  let connection: Connection
  let places: number
  beforeAll(async () => {
    server = await startTestServer(engine)
    const { databaseUrl } = loadConfig({ PROXIMA_DATABASE_URL: server.databaseUrl })
    connection = connect(databaseUrl, { poolMax: max, statementTimeoutMs: 10_000, onError: () => undefined })
    places = engine.name === 'SQLite' ? 1 : max
  })
  afterAll(async () => {
    await connection?.db.destroy()
    await server?.close()
  })

  /** Transactions that stay open until they are told to end. */
  function hold(count: number): { begun: () => number; end: () => Promise<void> } {
    let begun = 0
    let letGo: () => void = () => undefined
    const told = new Promise<void>((resolve) => {
      letGo = resolve
    })
    const all = Array.from({ length: count }, () =>
      connection.db.transaction().execute(async () => {
        begun += 1
        await told
      }),
    )
    const end = async () => {
      letGo()
      await Promise.all(all)
    }
    return { begun: () => begun, end }
  }

  it('counts the connections in use and the waiting callers, and drops to zero again', async () => {
    const { begun, end } = hold(places + 3)
    await expect.poll(() => [begun(), connection.engine.poolUse().waiting]).toEqual([places, 3])
    expect(connection.engine.poolUse()).toEqual({ inUse: places, idle: 0, waiting: 3, max: places })
    await end()
    await expect
      .poll(() => connection.engine.poolUse())
      .toEqual({ inUse: 0, idle: places, waiting: 0, max: places })
  })

  it('is in the metrics of a server', async () => {
    const { text } = await server.client.get('/metrics')
    const serverMax = engine.name === 'SQLite' ? 1 : 10
    expect(text).toContain(`\nproxima_database_connections_max ${serverMax}\n`)
    expect(text).toContain('\nproxima_database_waiting 0\n')
    expect(text).toMatch(/^proxima_database_connections_idle [1-9]/m)
    expect(text).toMatch(/^proxima_database_connections_in_use 0$/m)
  })
})
