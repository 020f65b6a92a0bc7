import { isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalAddress, clientKey, isLoopbackAddress, networkKey, wideNetworkKey } from './addresses.ts'

describe('a client', () => {
  it('is an IPv4 address, however it is written', () => {
    for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201', '0:0:0:0:0:FFFF:192.0.2.1']) {
      expect(clientKey(address), address).toBe('192.0.2.1')
    }
  })

  it('is a whole IPv6 network of /64', () => {
    const key = clientKey('2001:db8:1:2::1')
    for (const address of [
      '2001:db8:1:2:ffff:ffff:ffff:ffff',
      '2001:0DB8:0001:0002::9',
      '2001:db8:1:2::1%eth0',
    ]) {
      expect(clientKey(address), address).toBe(key)
    }
    expect(clientKey('2001:db8:1:3::1')).not.toBe(key)
    expect(clientKey('::1')).toBe('0:0:0:0::/64')
  })
})

describe('the spelling of an address', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::ffff:127.0.0.1', '127.0.0.1'],
    ['::FFFF:CB00:7107', '203.0.113.7'],
    ['2001:DB8:0:0::7', '2001:db8::7'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('of %j is %j', (address, canonical) => {
    expect(canonicalAddress(address)).toBe(canonical)
  })

  it('is one for every way to write it, and the same when it is read again', () => {
    const groups = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff })), {
      minLength: 8,
      maxLength: 8,
    })
    fc.assert(
      fc.property(groups, (each) => {
        const full = each.map((group) => group.toString(16).padStart(4, '0'))
        const short = each.map((group) => group.toString(16)).join(':')
        const [high = 0, low = 0] = each.slice(6)
        const tail = [high >> 8, high & 255, low >> 8, low & 255].join('.')
        const spellings = [
          full.join(':'),
          full.join(':').toUpperCase(),
          short,
          `${short.split(':').slice(0, 6).join(':')}:${tail}`,
          short.replace(/(^|:)0(:0)+(:|$)/, '::'),
          `${short}%eth0`,
        ]
        expect(spellings.filter((text) => isIP(text) !== 6)).toEqual([])
        const canonical = canonicalAddress(short)
        for (const text of spellings) {
          expect(canonicalAddress(text), text).toBe(canonical)
          expect(clientKey(text), text).toBe(clientKey(canonical))
          expect(networkKey(text), text).toBe(networkKey(canonical))
        }
        expect(canonicalAddress(canonical)).toBe(canonical)
        expect(isIP(canonical)).not.toBe(0)
      }),
    )
  })
})

describe('this machine', () => {
  it.each(['127.0.0.1', '127.255.0.9', '::1', '0:0::1', '::ffff:127.0.0.1', '::ffff:7f00:1'])(
    'has the address %s',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(true)
    },
  )

  it.each(['128.0.0.1', '192.0.2.1', '::', '::2', '::ffff:192.0.2.1', '0.0.0.0', '', 'localhost', '127.1'])(
    'does not have the address %j',
    (address) => {
      expect(isLoopbackAddress(address)).toBe(false)
    },
  )
})

describe('a network', () => {
  it('is the 256 IPv4 addresses around one, however it is written', () => {
    for (const address of ['192.0.2.1', '192.0.2.255', '::ffff:192.0.2.7', '::ffff:c000:201'])
      expect(networkKey(address), address).toBe('192.0.2.0/24')
    expect(networkKey('192.0.3.1')).toBe('192.0.3.0/24')
  })

  it('is the 65,536 IPv6 clients of a /48', () => {
    for (const address of [
      '2001:db8:1::1',
      '2001:db8:1:ffff::9',
      '2001:0DB8:0001:2:ffff:ffff:ffff:ffff%eth0',
    ])
      expect(networkKey(address), address).toBe('2001:db8:1::/48')
    expect(networkKey('2001:db8:2::1')).toBe('2001:db8:2::/48')
  })

  it('is the same for an address and the key of its client', () => {
    for (const address of ['192.0.2.1', '2001:db8:1:2::1', '::1', '::ffff:192.0.2.7', ''])
      expect(networkKey(clientKey(address)), address).toBe(networkKey(address))
  })

  it('is the text itself if it is no address', () => {
    expect(networkKey('')).toBe('')
  })
})

describe('a wide network', () => {
  it('is the IPv4 /16 or the IPv6 /32 of an address, a client or a network', () => {
    for (const key of ['192.0.2.1', '192.0.2.0/24', '::ffff:192.0.2.7'])
      expect(wideNetworkKey(key), key).toBe('192.0.0.0/16')
    for (const key of ['2001:db8:1:2::1', clientKey('2001:db8:1:2::1'), networkKey('2001:db8:9::1')])
      expect(wideNetworkKey(key), key).toBe('2001:db8::/32')
  })

  it('is the text itself if it is no address', () => {
    for (const key of ['', 'an account', '01890a5d-ac96-774b-bcce-b302099a8057'])
      expect(wideNetworkKey(key)).toBe(key)
  })
})
