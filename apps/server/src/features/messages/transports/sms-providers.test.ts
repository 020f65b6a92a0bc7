import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { testOutgoing } from '../../../../tests/support/outgoing.ts'
import { smsUrl } from '../../../platform/config/sms-parsers.ts'
import { systemClock } from '../../../platform/kernel/clock.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import type { DeliveryFailure, Message, Transport } from '../model.ts'
import { transportsOf } from './transports.ts'

const message: Message = {
  id: newId(),
  channel: 'sms',
  template: 'registration_taken',
  to: '+254712345678',
  locale: 'ar',
  subject: '',
  text: 'Duka: رمزك & 482019 = 100%',
  blocks: [],
  preview: null,
  createdAt: new Date('2026-11-21T10:00:00.123Z'),
}

interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly form: Readonly<Record<string, string>>
}

let server: Server
let received: Received[]
let answer: { status: number; body: unknown }
beforeEach(async () => {
  received = []
  server = createServer((request, response) => {
    const take = async () => {
      const form = Object.fromEntries(new URLSearchParams(await text(request)))
      received.push({ path: `${request.method} ${request.url}`, headers: request.headers, form })
      const { status, body } = answer
      response.writeHead(status, { location: '/elsewhere' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    take().catch((error: unknown) => response.destroy(error as Error))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

function transport(url: string): Transport {
  const { port } = server.address() as AddressInfo
  const transports = transportsOf({
    mailUrl: null,
    mailFrom: null,
    smsUrl: smsUrl().parse(url.replace('HOST', `127.0.0.1:${port}`)),
    webhookSecret: null,
    outgoing: testOutgoing(),
    clock: systemClock,
    serviceName: 'Duka',
    publicUrl: () => 'https://duka.example',
    renderHtml: () => '',
  })
  const found = transports.get('sms')
  if (found === undefined) throw new Error('there is no transport')
  return found
}

/** The code of the failure and whether it is final; null if the message is accepted. */
async function outcome(url: string, signal = new AbortController().signal): Promise<unknown> {
  return await transport(url)
    .deliver(message, signal)
    .then(
      () => null,
      (error: unknown) => {
        const { code, isFinal, message: said } = error as DeliveryFailure
        expect(said).not.toContain('2547')
        return [code, isFinal]
      },
    )
}

const account = `AC${'0a'.repeat(16)}`
const twilio = `twilio://${account}:a%2Ftoken@HOST?from=+15551234567`
const africasTalking = 'africastalking://duka:atsk_key@HOST?from=DUKA'

describe('Twilio', () => {
  it('gets the request that its API describes', async () => {
    answer = { status: 201, body: { sid: 'SM1', status: 'queued' } }
    expect(await outcome(twilio)).toBeNull()
    expect(received).toMatchObject([
      {
        path: `POST /2010-04-01/Accounts/${account}/Messages.json`,
        headers: {
          authorization: `Basic ${Buffer.from(`${account}:a/token`).toString('base64')}`,
          'content-type': 'application/x-www-form-urlencoded',
        },
      },
    ])
    expect(received[0]?.form).toEqual({ To: '+254712345678', From: '+15551234567', Body: message.text })
  })

  it('may get an API key, and a messaging service in place of a sender', async () => {
    answer = { status: 201, body: {} }
    expect(await outcome(`twilio://SK1:secret@HOST?account=${account}&service=MG1`)).toBeNull()
    expect(received[0]?.path).toContain(account)
    expect(received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('SK1:secret').toString('base64')}`)
    expect(received[0]?.form).toEqual({ To: '+254712345678', MessagingServiceSid: 'MG1', Body: message.text })
  })

  it.each([
    [400, { code: 21211, message: "The 'To' number +254712345678 is not valid" }, ['twilio 21211', true]],
    [400, { code: 21610 }, ['twilio 21610', true]],
    [400, { code: 21614 }, ['twilio 21614', true]],
    [403, { code: 21408 }, ['twilio 21408', false]],
    [401, { code: 20003 }, ['twilio 20003', false]],
    [429, { code: 20429 }, ['twilio 20429', false]],
    [400, { code: '+254712345678' }, ['http 400', false]],
    [503, 'busy', ['http 503', false]],
    [500, 'x'.repeat(100_000), ['http 500', false]],
    [307, '', ['http 307', false]],
  ])('that answers %i with %j has refused the message', async (status, body, failure) => {
    answer = { status, body }
    expect(await outcome(twilio)).toEqual(failure)
    expect(received).toHaveLength(1)
  })
})

describe("Africa's Talking", () => {
  const taking = (statusCode: unknown) => ({
    SMSMessageData: {
      Message: 'Sent to 1/1 Total Cost: KES 0.8000',
      Recipients: [{ statusCode, number: '+254712345678', status: 'Success', messageId: 'ATXid_1' }],
    },
  })

  it('gets the request that its API describes', async () => {
    answer = { status: 201, body: taking(101) }
    expect(await outcome(africasTalking)).toBeNull()
    expect(received).toMatchObject([
      {
        path: 'POST /version1/messaging',
        headers: {
          apikey: 'atsk_key',
          accept: 'application/json',
          'content-type': 'application/x-www-form-urlencoded',
        },
      },
    ])
    expect(received[0]?.form).toEqual({
      username: 'duka',
      to: '+254712345678',
      message: message.text,
      from: 'DUKA',
    })
  })

  it('may get no sender', async () => {
    answer = { status: 201, body: taking(102) }
    expect(await outcome('africastalking://sandbox:k@HOST')).toBeNull()
    expect(received[0]?.form).not.toHaveProperty('from')
  })

  it.each([
    [201, taking(403), ['africastalking 403', true]],
    [201, taking(406), ['africastalking 406', true]],
    [201, taking(405), ['africastalking 405', false]],
    [201, taking(500), ['africastalking 500', false]],
    [201, taking('+254712345678'), ['africastalking no_recipient', false]],
    [
      201,
      { SMSMessageData: { Message: 'InvalidSenderId', Recipients: [] } },
      ['africastalking no_recipient', false],
    ],
    [201, 'no JSON', ['africastalking no_recipient', false]],
    [401, 'The supplied authentication is invalid', ['http 401', false]],
  ])('that answers %i with %j has refused the message', async (status, body, failure) => {
    answer = { status, body }
    expect(await outcome(africasTalking)).toEqual(failure)
  })
})

it.each([twilio, africasTalking])('%s is given up after a while if it does not answer', async (url) => {
  server.removeAllListeners('request')
  expect(await outcome(url, AbortSignal.timeout(50))).toEqual(['http timeout', false])
})
