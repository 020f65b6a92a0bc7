import { describe, expect, it } from 'vitest'
import { clientKey } from './addresses.ts'
import { type PlaceLimits, Places } from './places.ts'

const limits: PlaceLimits = { all: 16, network: 8, client: 4, account: 2 }
const anybody = { client: '203.0.113.1', account: 'owner' }

const holderAt = (address: string, account = '') => ({ client: clientKey(address), account })

/** Takes as many as there are. */
function takeAll(places: Places, holderOf: (index: number) => { client: string; account: string }) {
  const releases = []
  for (let index = 0; index < 100; index++) {
    const release = places.take(holderOf(index))
    if (release !== null) releases.push(release)
  }
  return releases
}

describe('places', () => {
  it.each([
    ['account', 2, () => holderAt('192.0.2.1', 'attacker')],
    ['account, from everywhere', 2, (index: number) => holderAt(`10.${index}.0.1`, 'attacker')],
    ['client with many accounts', 4, (index: number) => holderAt('192.0.2.1', `account ${index}`)],
    ['client of IPv6', 4, (index: number) => holderAt(`2001:db8:1:2::${index.toString(16)}`, `${index}`)],
    ['network of IPv4', 8, (index: number) => holderAt(`192.0.2.${index}`, `${index}`)],
    ['network of IPv6', 8, (index: number) => holderAt(`2001:db8:1:${index.toString(16)}::1`, `${index}`)],
    ['client without an address', 4, () => holderAt('')],
  ])('I13: are never all taken by one %s', (_name, share, holderOf) => {
    const places = new Places(limits)
    expect(takeAll(places, holderOf)).toHaveLength(share)
    expect(places.hasRoom(holderOf(99))).toBe(false)
    expect(places.taken).toBe(share)
    expect(places.take(anybody)).not.toBeNull()
  })

  it('are no more than there are for all', () => {
    const places = new Places(limits)
    const releases = takeAll(places, (index) => holderAt(`10.0.${index}.1`, `${index}`))
    expect(releases).toHaveLength(16)
    expect(places.take(anybody)).toBeNull()
    releases[0]?.()
    expect(places.take(anybody)).not.toBeNull()
  })

  it('are given back once, however often that is asked', () => {
    const places = new Places(limits)
    const [first] = takeAll(places, () => anybody)
    for (let call = 0; call < 3; call++) first?.()
    expect(places.taken).toBe(1)
    expect(takeAll(places, () => anybody)).toHaveLength(1)
  })

  it('follow limits that change, and stay taken', () => {
    let all = 4
    const places = new Places(() => ({ all, network: 4, client: 4 }))
    const releases = takeAll(places, () => anybody)
    expect(releases).toHaveLength(4)
    all = 2
    releases[0]?.()
    releases[1]?.()
    expect(places.take(anybody)).toBeNull()
    releases[2]?.()
    expect(places.take(anybody)).not.toBeNull()
  })
})
