import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest'
import { webhookSecret } from '../support/bounces.ts'
import { sqlite } from '../support/engines.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

interface Program {
  readonly reportBounce: (bounce: object) => Promise<void>
  readonly fromSes: (notification: object) => object[]
  readonly fromTwilio: (callback: object) => object[]
}

let server: TestServer
let services: OwnServices
beforeAll(async () => {
  server = await startTestServer(sqlite, { env: { PROXIMA_WEBHOOK_SECRET: webhookSecret } })
  services = openServices(server)
})
afterEach(() => vi.unstubAllEnvs())
afterAll(async () => {
  await services?.close()
  await server?.close()
})

async function program(): Promise<Program> {
  vi.stubEnv('PROXIMA_WEBHOOK_SECRET', webhookSecret)
  vi.stubEnv('ACCOUNTS_URL', server.url)
  const source = encodeURIComponent(guideBlock('mail.md#bounces js'))
  return (await import(/* @vite-ignore */ `data:text/javascript,${source}`)) as Program
}

it('the program of the guide reports the bounces of two providers', async () => {
  const { fromSes, fromTwilio, reportBounce } = await program()
  const timestamp = '2026-11-21T14:59:38.605Z'
  const bouncedRecipients = [{ emailAddress: 'amina@example.com' }]
  const twilio = { To: '+254712345678', MessageStatus: 'undelivered' }
  const bounces = [
    ...fromSes({
      notificationType: 'Bounce',
      bounce: { bounceType: 'Permanent', bouncedRecipients, timestamp },
    }),
    ...fromSes({
      notificationType: 'Bounce',
      bounce: { bounceType: 'Transient', bouncedRecipients, timestamp },
    }),
    ...fromTwilio({ ...twilio, ErrorCode: '30005' }),
    ...fromTwilio({ ...twilio, ErrorCode: '30003' }),
    ...fromTwilio({ ...twilio, MessageStatus: 'delivered' }),
  ]
  expect(bounces).toMatchObject([{ kind: 'hard' }, { kind: 'soft' }, { kind: 'hard' }, { kind: 'soft' }])
  for (const bounce of bounces) await reportBounce(bounce)
  expect(await services.db.selectFrom('bounced_addresses').selectAll().execute()).toHaveLength(2)
})
