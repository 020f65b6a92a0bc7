import { describe, expect, it } from 'vitest'
import { clientKey, isLoopbackAddress, networkKey, wideNetworkKey } from './addresses.ts'

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
