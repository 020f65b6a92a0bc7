import { describe, expect, it } from 'vitest'
import { Networks } from './networks.ts'

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
})
