import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-addresses.ts'

describe('an address of the public internet', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '100.63.255.255',
    '100.128.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.1',
    '223.255.255.255',
    '2606:4700:4700::1111',
    '::ffff:1.1.1.1',
    '64:ff9b::1.1.1.1',
  ])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })
})

describe('A121: an address for special use (RFC 6890)', () => {
  it.each([
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '100.64.0.1',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.0.192',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.1.1',
    '198.18.0.1',
    '198.19.255.255',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '168.63.129.16',
  ])('is %s, however it is spelt', (address) => {
    const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number)
    const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    for (const spelling of [
      address,
      `::ffff:${address}`,
      `::FFFF:${hex}`,
      `0:0:0:0:0:ffff:${hex}`,
      `64:ff9b::${address}`,
      `64:ff9b::${hex}`,
      `64:ff9b:1::${address}`,
      `::${address}`,
      `::ffff:0:${address}`,
      `2002:${hex}::1`,
    ])
      expect(isPublicAddress(spelling), spelling).toBe(false)
  })

  it.each([
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fec0::1',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '100::1',
    '2001::1',
    '2001:0:4136:e378::1',
    '2001:db8::1',
    '2002:101:101::1',
    '3fff::1',
    '5f00::1',
    '64:ff9b:1::1.1.1.1',
    '4000::1',
  ])('is %s', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})
