import { describe, expect, it } from 'vitest'
import { Networks, parseNetwork } from './networks.ts'

describe('a set of networks', () => {
  const networks = new Networks([
    '10.0.0.0/8',
    '192.0.2.7',
    'fd00:1::/32',
    '2001:db8::7',
    '::ffff:172.16.0.0/108',
  ])

  it.each([
    '10.255.0.1',
    '::ffff:10.0.0.1',
    '::FFFF:0a00:0001',
    '192.0.2.7',
    'fd00:1:2::3',
    'FD00:0001:0002::3%eth0',
    '2001:db8:0:0::7',
    '172.17.0.1',
  ])('has %s', (address) => {
    expect(networks.has(address)).toBe(true)
  })

  it.each(['11.0.0.1', '192.0.2.8', 'fd00:2::1', '2001:db8::8', '172.32.0.1', '::10.0.0.1'])(
    'does not have %s',
    (address) => {
      expect(networks.has(address)).toBe(false)
    },
  )

  it.each([
    ['192.0.2.7', '192.0.2.7', true],
    ['192.0.2.7', '192.0.2.8', false],
    ['192.0.2.0/24', '192.0.2.255', true],
    ['192.0.2.0/24', '192.0.3.0', false],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.0/24', '::ffff:192.0.2.9', true],
    ['0.0.0.0/0', '203.0.113.7', true],
    ['0.0.0.0/0', '2001:db8::7', false],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['::/0', '192.0.2.7', false],
    ['::/64', '192.0.2.7', false],
    ['::/0', '2001:db8::7', true],
  ])('%s holds %s: %s', (network, address, isHeld) => {
    expect(new Networks([network]).has(address)).toBe(isHeld)
    expect(new Networks(['198.51.100.1', network]).has(address)).toBe(isHeld)
  })

  it('holds nothing that is not an address', () => {
    for (const address of ['', 'unknown', '192.0.2', 'localhost'])
      expect(new Networks(['0.0.0.0/0', '::/0']).has(address), address).toBe(false)
    expect(new Networks([]).has('192.0.2.7')).toBe(false)
  })
})

describe('a network that a person typed', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['192.0.2.0/24', '192.0.2.0/24'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['192.0.2.7/32', '192.0.2.7/32'],
    ['2001:DB8:0:0::7', '2001:db8::7'],
    ['2001:DB8:0::/32', '2001:db8::/32'],
    ['::/0', '::/0'],
    ['::1/128', '::1/128'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
  ])('is written in one way: %s', (text, written) => {
    expect(parseNetwork(text)).toEqual({ ok: true, value: written })
  })

  it.each([
    ...['', ' ', 'example.com', '192.0.2', '192.0.2.256', '192.0.2.07', '0xc0000207', '3221225991'],
    ...['192.0.2.0/', '192.0.2.0/33', '192.0.2.0/-1', '192.0.2.0/024', '192.0.2.0/24/24', '192.0.2.0/ 24'],
    ...[
      '192.0.2.0/255.255.255.0',
      ' 192.0.2.7',
      '192.0.2.7 ',
      '2001:db8::/129',
      'fe80::1%eth0',
      'fe80::%1/64',
    ],
    ...['::ffff:192.0.2.0/120', '[2001:db8::7]', '2001:db8::/32,::1', '192.0.2.7\n', '１92.0.2.7'],
  ])('is refused if it is malformed: %j', (text) => {
    expect(parseNetwork(text)).toMatchObject({ ok: false, code: 'network_malformed' })
  })

  it.each(['192.0.2.7/24', '192.0.2.1/31', '2001:db8::7/64', '128.0.0.0/0'])(
    'is refused if it may mean an address or a network: %s',
    (text) => {
      expect(parseNetwork(text)).toMatchObject({ ok: false, code: 'network_has_host_bits' })
    },
  )
})
