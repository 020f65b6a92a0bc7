import { describe, expect, it } from 'vitest'
import { clientKey } from './addresses.ts'

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
