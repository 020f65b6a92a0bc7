import { describe, expect, it } from 'vitest'
import { mailAddress, mailUrl, webhook } from './delivery-parsers.ts'

describe('the mail URL', () => {
  it.each([
    ['smtp://mail.example.org', { host: 'mail.example.org', port: 587, tls: 'starttls', login: null }],
    ['smtps://mail.example.org', { host: 'mail.example.org', port: 465, tls: 'implicit', login: null }],
    ['smtp://mail.example.org:25?tls=off', { port: 25, tls: 'none' }],
    ['smtp://127.0.0.1:1025', { host: '127.0.0.1', port: 1025, tls: 'none' }],
    ['smtp://localhost?tls=required', { tls: 'starttls' }],
    ['smtp://[::1]:25/', { host: '::1', port: 25, tls: 'none' }],
    ['smtp://a%40b:p%3Aw%2F@m.example', { login: { user: 'a@b', password: 'p:w/' } }],
  ])('%s is a mail server', (text, location) => {
    expect(mailUrl().parse(text)).toMatchObject({ kind: 'smtp', ...location })
  })

  it.each(['smtp://127.0.0.1.example.org', 'smtp://localhost.example.org', 'smtp://10.0.0.1'])(
    '%s leaves the machine, so it is encrypted',
    (text) => {
      expect(mailUrl().parse(text)).toMatchObject({ tls: 'starttls' })
    },
  )

  it('may be a webhook', () => {
    expect(mailUrl().parse('https://mail.example/send')).toMatchObject({
      kind: 'webhook',
      url: 'https://mail.example/send',
    })
  })

  it.each([
    ['smtp://', 'must name a host'],
    ['smtp:///x', 'must name a host'],
    ['smtp://h/inbox', 'must end with the host'],
    ['smtp://h?tls=maybe', 'must have no option except'],
    ['smtp://h?ignoreTLS=true', 'must have no option except'],
    ['smtp://u:p%0d%0aRCPT@h', 'Percent-encode'],
    ['smtp://u:%zz@h', 'Percent-encode'],
    ['http://mail.example/send', 'must begin with https://'],
    ['ftp://mail.example', 'must begin with smtp://, smtps:// or https://'],
  ])('refuses %s', (text, reason) => {
    expect(() => mailUrl().parse(text)).toThrow(reason)
  })
})

describe('a webhook', () => {
  it('is encrypted or stays on the machine', () => {
    expect(webhook().parse('https://sms.example/send?key=1').url).toBe('https://sms.example/send?key=1')
    expect(webhook().parse('http://127.0.0.1:9/send').url).toBe('http://127.0.0.1:9/send')
    expect(() => webhook().parse('http://sms.example/send')).toThrow('must begin with https://;')
  })

  it('gets the credentials before its host as a header, and they are not part of the address', () => {
    expect(webhook().parse('https://sms.example/')).toMatchObject({ authorization: null })
    expect(webhook().parse('https://a%2Fkey@sms.example/')).toEqual({
      kind: 'webhook',
      url: 'https://sms.example/',
      authorization: 'Bearer a/key',
    })
    const basic = `Basic ${Buffer.from('amina:hunter2').toString('base64')}`
    expect(webhook().parse('https://amina:hunter2@sms.example/')).toMatchObject({ authorization: basic })
  })
})

describe('the sender address of mail', () => {
  it('is one bare address', () => {
    expect(mailAddress().parse('no-reply@accounts.example.org')).toBe('no-reply@accounts.example.org')
    expect(mailAddress().parse('root@localhost')).toBe('root@localhost')
  })

  it.each([
    'Proxima <a@b.example>',
    'a@b.example, c@d.example',
    'a@b.example\r\nBcc: c@d.example',
    'a@b@c.example',
    'a b@c.example',
    '@b.example',
    'a@',
    'a',
  ])('A23: refuses %j', (text) => {
    expect(() => mailAddress().parse(text)).toThrow('must be one bare address')
  })
})
