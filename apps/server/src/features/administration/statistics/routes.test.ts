import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { personWith } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { StatisticsView } from './schema.ts'

describe.each(engines)('GET /v1/statistics on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let analyst: Person
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    analyst = await personWith(server.client, services, ['statistics:read'])
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const read = async (query = '') => await server.client.get(`/v1/statistics${query}`, analyst)

  async function current(): Promise<StatisticsView['current']> {
    const { body, status } = await read()
    expect(status).toBe(200)
    return (body as StatisticsView).current
  }

  it('counts what people do, soon after they do it', async () => {
    await newPerson(server.client)
    await server.client.post('/v1/auth/token', { user_secret: 'wrong' })
    await expect
      .poll(current, { timeout: 20_000 })
      .toMatchObject({ people: 2, sign_ups: 2, sign_ins: 2, refused_sign_ins: 1 })
    const { active, series } = await current()
    expect(series).toHaveLength(31)
    expect(active.day.at(-1)?.people).toBeGreaterThan(0)
  })

  it('says what is wrong with a range', async () => {
    const codeOf = async (query: string) => (await read(query)).body.errors?.[0]?.code as unknown
    expect(await codeOf('?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).toBe('range_empty')
    expect(await codeOf('?interval=hour&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z')).toBe(
      'range_too_long',
    )
    expect(await codeOf('?interval=day&from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z')).toBeUndefined()
  })
})
