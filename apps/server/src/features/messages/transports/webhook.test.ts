import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json, text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { testOutgoing } from '../../../../tests/support/outgoing.ts'
import { isSignedWebhook } from '../../../platform/crypto/webhook-signature.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import type { Message } from '../model.ts'
import { WebhookTransport } from './webhook.ts'

const message: Message = {
  id: newId(),
  channel: 'sms',
  template: 'registration_taken',
  to: '+254712345678',
  locale: 'en',
  subject: '',
  text: 'Duka: hello',
  blocks: [],
  preview: null,
  createdAt: new Date('2026-11-21T10:00:00.123Z'),
}
const never = new AbortController().signal

describe('a webhook', () => {
  let server: Server
  afterEach(() => server.closeAllConnections())
  afterEach(() => void server.close())

  async function transportTo(
    answer: (request: IncomingMessage, response: ServerResponse) => void,
    authorization: string | null = null,
    key: Uint8Array | null = null,
  ): Promise<WebhookTransport> {
    server = createServer(answer).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/send`
    return new WebhookTransport({
      outgoing: testOutgoing(),
      location: { kind: 'webhook', url, authorization },
      key,
      clock: new FrozenClock(),
      from: () => 'no-reply@duka.example',
      renderHtml: ({ subject }) => `<p>${subject}</p>`,
    })
  }

  it('gets the message as JSON, with an id that stays the same, and the credential of the URL', async () => {
    const bodies: unknown[] = []
    const heads: IncomingMessage['headers'][] = []
    const transport = await transportTo((request, response) => {
      heads.push(request.headers)
      const take = async () => {
        bodies.push(await json(request))
        response.writeHead(202).end('taken')
      }
      take().catch((error: unknown) => response.destroy(error as Error))
    }, 'Bearer a-key')
    await transport.deliver(message, never)
    await transport.deliver({ ...message, channel: 'mail', subject: 'Hello', to: 'a@b.example' }, never)
    const { id, template, text } = message
    const created_at = '2026-11-21T10:00:00.123Z'
    expect(bodies).toEqual([
      { id, channel: 'sms', template, to: '+254712345678', text, created_at },
      expect.objectContaining({
        channel: 'mail',
        to: 'a@b.example',
        from: 'no-reply@duka.example',
        subject: 'Hello',
        html: expect.stringContaining('<p>Hello</p>'),
      }),
    ])
    for (const head of heads)
      expect(head).toMatchObject({
        authorization: 'Bearer a-key',
        'content-type': 'application/json',
        'idempotency-key': id,
      })
  })

  it('gets a signature that it can check, if there is a key', async () => {
    const key = Buffer.alloc(32, 7)
    const checks: Promise<boolean>[] = []
    const transport = await transportTo(
      (request, response) => {
        const {
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': signatures,
        } = request.headers
        const check = async () => {
          const signed = { id: String(id), timestamp: String(timestamp), body: await text(request) }
          response.writeHead(204).end()
          return isSignedWebhook(key, signed, {
            signatures: String(signatures),
            now: new FrozenClock().now(),
          })
        }
        checks.push(check())
      },
      null,
      key,
    )
    await transport.deliver(message, never)
    expect(await Promise.all(checks)).toEqual([true])
  })

  it.each([
    [304, false],
    [500, false],
    [401, false],
    [404, false],
    [429, false],
    [410, true],
    [422, true],
  ])('that answers %d has refused the message; for good: %s', async (status, isFinal) => {
    const transport = await transportTo((_request, response) => response.writeHead(status).end())
    await expect(transport.deliver(message, never)).rejects.toMatchObject({ code: `http ${status}`, isFinal })
  })

  it('A121: that redirects gets no further request with the message and the credential', async () => {
    const paths: unknown[] = []
    const transport = await transportTo((request, response) => {
      paths.push(request.url)
      response.writeHead(307, { location: '/elsewhere' }).end()
    }, 'Bearer a-key')
    await expect(transport.deliver(message, never)).rejects.toMatchObject({ code: 'http 307' })
    expect(paths).toEqual(['/send'])
  })

  it('that does not answer is given up after a while', async () => {
    const transport = await transportTo(() => undefined)
    const sending = transport.deliver(message, AbortSignal.timeout(50))
    await expect(sending).rejects.toMatchObject({ code: 'http timeout', isFinal: false })
  })
})
