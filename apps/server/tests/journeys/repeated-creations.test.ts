import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/platform/kernel/ids.ts'
import { readEvents } from '../support/audit-events.ts'
import { engines } from '../support/engines.ts'
import { type OpenApiDocument, operationsOf } from '../support/openapi-document.ts'
import { passkeyEnv } from '../support/passkeys.ts'
import { repeatableCalls } from '../support/repeatable-calls.ts'
import { newAdministrator } from '../support/roles.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import type { Answer } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe.each(engines)('a call with an Idempotency-Key on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine, { env: passkeyEnv })
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  it('is tested here, whichever takes one', async () => {
    const document = (await server.client.get('/openapi.json')).body as OpenApiDocument
    const taking = operationsOf(document).filter(({ parameters = [] }) =>
      parameters.some(({ name }) => name === 'idempotency-key'),
    )
    expect(taking.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(repeatableCalls).sort())
  })

  it.each(Object.entries(repeatableCalls))(
    'I12: %s is done once, and answers the same twice',
    async (_name, call) => {
      const { action, hasSecret, prepare, stableOf = ({ body }: Answer) => body as unknown } = call
      const { token } = await newAdministrator(server.client, services)
      const { path, body, isPublic = false } = await prepare({ client: server.client, token })
      const events = async () =>
        (await readEvents(server.databaseUrl)).filter((event) => event.action === action)
      const before = (await events()).length
      const recorded = async () => (await events()).slice(before).map(({ outcome }) => outcome)
      const headers = { 'idempotency-key': newId() }
      const send = async (as: string) =>
        await server.client.send('POST', path, body && JSON.stringify(body), {
          ...(!isPublic && { token: as }),
          headers,
        })

      const first = await send(token)
      expect(first.status).toBeGreaterThanOrEqual(200)
      expect(first.status).toBeLessThan(300)
      expect(await recorded()).toEqual(['success'])
      const again = await send(token)
      expect([again.status, stableOf(again)]).toEqual([first.status, stableOf(first)])
      expect(await recorded()).toEqual(['success', ...(hasSecret ? ['repeated'] : [])])

      if (isPublic) return
      const stranger = await newAdministrator(server.client, services)
      const refused = await send(stranger.token)
      expect([refused.status, refused.body.errors?.[0]?.code]).toEqual([422, 'idempotency_key_reused'])
    },
  )
})
