import Fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { readClientAddresses } from './client-address.ts'

async function addressSeen(
  headers: Record<string, string | string[]>,
  trusted: string[] = [],
  peer = '127.0.0.1',
) {
  const app = Fastify()
  readClientAddresses(app, trusted)
  app.get('/', async (request) => request.clientAddress)
  const { body } = await app.inject({
    url: '/',
    headers: headers as Record<string, string>,
    remoteAddress: peer,
  })
  return body
}

describe('the address of a client', () => {
  const forged = [
    { 'x-forwarded-for': '203.0.113.1' },
    { forwarded: 'for=203.0.113.1' },
    { 'x-real-ip': '203.0.113.1' },
    { 'cf-connecting-ip': '203.0.113.1' },
  ]

  it.each(forged)('A42: is its own, whatever an untrusted peer writes into %o', async (headers) => {
    expect(await addressSeen(headers)).toBe('127.0.0.1')
    expect(await addressSeen(headers, ['10.0.0.0/8'])).toBe('127.0.0.1')
  })

  it('A42: is what the nearest trusted proxy wrote, not what the client wrote before it', async () => {
    const headers = { 'x-forwarded-for': '198.51.100.66, 203.0.113.1, 10.1.1.1' }
    expect(await addressSeen(headers, ['127.0.0.1', '10.0.0.0/8'])).toBe('203.0.113.1')
    const twice = { 'x-forwarded-for': ['198.51.100.66', '203.0.113.1'] }
    expect(await addressSeen(twice, ['127.0.0.1'])).toBe('203.0.113.1')
  })

  it('is read from Forwarded too (RFC 7239), ports and brackets dropped', async () => {
    const trusted = ['127.0.0.1', '10.0.0.0/8']
    const headers = { forwarded: 'for=198.51.100.66, for="[2001:db8::1]:4711";proto=https, FOR=10.2.3.4' }
    expect(await addressSeen(headers, trusted)).toBe('2001:db8::1')
    expect(await addressSeen({ forwarded: 'proto=http;for="203.0.113.9:80"' }, trusted)).toBe('203.0.113.9')
  })

  it('A42: is the proxy itself if its two headers contradict each other', async () => {
    const headers = { forwarded: 'for=203.0.113.1', 'x-forwarded-for': '198.51.100.66' }
    expect(await addressSeen(headers, ['127.0.0.1'])).toBe('127.0.0.1')
    const same = { forwarded: 'for=203.0.113.1', 'x-forwarded-for': '203.0.113.1' }
    expect(await addressSeen(same, ['127.0.0.1'])).toBe('203.0.113.1')
  })

  it('A42: is not taken from a quoted text that a client wrote into Forwarded', async () => {
    const quoted = { forwarded: 'for=203.0.113.1;by="for=198.51.100.66, for=198.51.100.66"' }
    expect(await addressSeen(quoted, ['127.0.0.1'])).toBe('203.0.113.1')
  })

  it.each([
    'for="198.51.100.66',
    'for="a, for=198.51.100.66',
    'x',
    'for=1.2.3.4,',
    'for=a:b',
    'for=198.51.100.66;by="',
  ])('A42: is the one that the proxy added after %s', async (written) => {
    for (const added of [
      'for=203.0.113.1',
      'for="203.0.113.1:4711"',
      'for=203.0.113.1:4711',
      'for=203.0.113.1;proto=https',
    ])
      expect(await addressSeen({ forwarded: `${written}, ${added}` }, ['127.0.0.1']), added).toBe(
        '203.0.113.1',
      )
  })

  it('is read from X-Forwarded-For if Forwarded is empty', async () => {
    const headers = { forwarded: '', 'x-forwarded-for': '203.0.113.1' }
    expect(await addressSeen(headers, ['127.0.0.1'])).toBe('203.0.113.1')
  })

  it('has one spelling, no matter who writes it', async () => {
    expect(await addressSeen({}, [], '::ffff:127.0.0.1')).toBe('127.0.0.1')
    for (const [written, seen] of [
      ['::ffff:203.0.113.7', '203.0.113.7'],
      ['2001:DB8:0:0::7', '2001:db8::7'],
    ] as const) {
      expect(await addressSeen({ 'x-forwarded-for': written }, ['127.0.0.1'])).toBe(seen)
      expect(await addressSeen({ forwarded: `for="[${written}]"` }, ['127.0.0.1'])).toBe(seen)
      const both = { forwarded: `for="[${written}]"`, 'x-forwarded-for': seen }
      expect(await addressSeen(both, ['127.0.0.1'])).toBe(seen)
    }
    expect(await addressSeen({ 'x-forwarded-for': '203.0.113.7' }, ['127.0.0.1'], '::ffff:127.0.0.1')).toBe(
      '203.0.113.7',
    )
  })

  it('is always an address', async () => {
    for (const nonsense of [
      'unknown',
      '_hidden',
      '1.2.3',
      '203.0.113.1; drop',
      '<script>',
      'a'.repeat(1_000),
    ]) {
      expect(await addressSeen({ 'x-forwarded-for': nonsense }, ['127.0.0.1'])).toBe('127.0.0.1')
    }
  })
})
