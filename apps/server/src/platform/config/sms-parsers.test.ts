import { describe, expect, it } from 'vitest'
import { smsUrl } from './sms-parsers.ts'

const account = `AC${'0a'.repeat(16)}`

describe('the SMS URL', () => {
  it.each([
    [`twilio://${account}:t@api.twilio.com?from=+15551234567`, 'https://api.twilio.com', '+15551234567'],
    [`twilio://${account}:t@api.twilio.com?from=%2B15551234567`, 'https://api.twilio.com', '+15551234567'],
    [
      `twilio://${account}:t@api.dublin.ie1.twilio.com/?from=Duka`,
      'https://api.dublin.ie1.twilio.com',
      'Duka',
    ],
    [`twilio://${account}:t@LOCALHOST:9?from=Duka`, 'http://LOCALHOST:9', 'Duka'],
    ['africastalking://a:k@api.sandbox.africastalking.com', 'https://api.sandbox.africastalking.com', null],
    ['africastalking://a:k@localhost.evil.example', 'https://localhost.evil.example', null],
  ])('%s is a provider', (text, origin, from) => {
    expect(smsUrl().parse(text)).toMatchObject({ origin, from })
  })

  it('may be a webhook', () => {
    expect(smsUrl().parse('https://KEY@sms.example/send')).toMatchObject({ kind: 'webhook' })
  })

  it.each([
    ['twilio://api.twilio.com?from=1', 'must have a user name and a password'],
    [`twilio://${account}@api.twilio.com?from=1`, 'must have a user name and a password'],
    ['twilio://SK1:t@api.twilio.com?from=1', 'must name an account'],
    [`twilio://SK1:t@api.twilio.com?account=${account}/../x&from=1`, 'must have no option except'],
    [`twilio://${account}:t@api.twilio.com`, 'either ?from= with a sender or ?service='],
    [`twilio://${account}:t@api.twilio.com?from=1&service=MG1`, 'either ?from= with a sender or ?service='],
    [`twilio://${account}:t@api.twilio.com?from=1&from=2`, 'must have no option except'],
    [
      `twilio://${account}:t@api.twilio.com?from=1&statusCallback=https://evil.example`,
      'must have no option',
    ],
    [`twilio://${account}:t@api.twilio.com/2010?from=1`, 'must have only a host and options'],
    ['africastalking://a@api.africastalking.com', 'must have a user name and a password'],
    ['http://sms.example/send', 'must begin with https://;'],
  ])('refuses %s', (text, reason) => {
    expect(() => smsUrl().parse(text)).toThrow(reason)
  })
})
