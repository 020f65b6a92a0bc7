import { describe, expect, it } from 'vitest'
import { isSignedWebhook, webhookSignature, webhookTimestamp } from './webhook-signature.ts'

const key = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
const body = '{"test": 2432232314}'
const request = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: '1614265330', body }
const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
const now = new Date(1_614_265_330_000)

it('a webhook is signed like the example of the specification', () => {
  expect(webhookSignature(key, request)).toBe(signature)
  expect(webhookTimestamp(new Date(1_614_265_330_999))).toBe('1614265330')
})

describe('the signature of a webhook is', () => {
  it.each([
    ['good', {}, signature, true],
    ['good beside others', {}, `v1,AAAA v1a,x ${signature}`, true],
    ['bad for another body', { body: `${body} ` }, signature, false],
    ['bad for another id', { id: 'msg_other' }, signature, false],
    ['bad for another time', { timestamp: '1614265331' }, signature, false],
    ['bad if cut off', {}, signature.slice(0, -1), false],
    ['bad if empty', {}, '', false],
  ])('%s', (_what, change, signatures, good) => {
    expect(isSignedWebhook(key, { ...request, ...change }, { signatures, now })).toBe(good)
  })

  it('bad five minutes before and after its time', () => {
    for (const [seconds, good] of [
      [-301, false],
      [-299, true],
      [299, true],
      [301, false],
    ] as const) {
      const at = new Date(now.getTime() + seconds * 1_000)
      expect(isSignedWebhook(key, request, { signatures: signature, now: at }), String(seconds)).toBe(good)
    }
  })

  it('bad if its time is no number, even if it is signed', () => {
    for (const timestamp of ['', 'NaN', '1e9', '-1', '0x60']) {
      const forged = { ...request, timestamp }
      const signatures = webhookSignature(key, forged)
      expect(isSignedWebhook(key, forged, { signatures, now }), timestamp).toBe(false)
    }
  })
})
