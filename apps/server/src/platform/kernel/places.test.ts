import { describe, expect, it } from 'vitest'
import { clientKey } from './addresses.ts'
import { type PlaceLimits, Places, type PlacesOptions } from './places.ts'

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
    const taken = takeAll(places, (index) => holderAt(`10.0.${index}.1`, `${index}`))
    expect(taken).toHaveLength(16)
    expect(places.take(anybody)).toBeNull()
    taken[0]?.release()
    expect(places.take(anybody)).not.toBeNull()
  })

  it('are given back once, however often that is asked', () => {
    const places = new Places(limits)
    const [first] = takeAll(places, () => anybody)
    for (let call = 0; call < 3; call++) first?.release()
    expect(places.taken).toBe(1)
    expect(takeAll(places, () => anybody)).toHaveLength(1)
  })

  it('follow limits that change, and stay taken', () => {
    let all = 4
    const places = new Places(() => ({ all, network: 4, client: 4 }))
    const taken = takeAll(places, () => anybody)
    expect(taken).toHaveLength(4)
    all = 2
    taken[0]?.release()
    taken[1]?.release()
    expect(places.take(anybody)).toBeNull()
    taken[2]?.release()
    expect(places.take(anybody)).not.toBeNull()
  })
})

describe('places that can be reclaimed', () => {
  /** Takes a place each for some holders, named by their order. */
  function fill(
    holders: readonly { client: string; account: string }[],
    own: Partial<PlaceLimits> = {},
    options: PlacesOptions = {},
  ) {
    let nowMs = 0
    const places = new Places({ ...limits, ...own }, { now: () => nowMs, ...options })
    const reclaimed: number[] = []
    const taken = holders.map((holder, index) => {
      nowMs += 1_000
      return places.take(holder, () => reclaimed.push(index))
    })
    expect(taken).not.toContain(null)
    const later = (ms: number) => {
      nowMs += ms
    }
    return { places, reclaimed, taken, later }
  }

  const many = <T>(count: number, make: (index: number) => T) =>
    Array.from({ length: count }, (_, index) => make(index))
  /** Four addresses in two networks, which together have every place. */
  const twoNetworks = many(16, (index) =>
    holderAt(`192.0.${2 + (index % 2)}.${1 + ((index >> 1) % 2)}`, `${index}`),
  )

  it('I13: go to a network that has fewer, and the first that was taken goes first', () => {
    const { places, reclaimed } = fill(twoNetworks)
    expect(places.hasRoom(anybody)).toBe(true)
    expect(reclaimed).toEqual([])
    for (let index = 1; index <= 9; index++) places.take(holderAt('203.0.113.1', `own ${index}`))
    // By turns from each of the two, and from each client of theirs, until the new client has its share.
    expect(reclaimed).toEqual([0, 1, 2, 3])
    expect(places.taken).toBe(16)
  })

  it('I13: go to a network that has fewer, and the last that was taken goes first, if that is asked', () => {
    const { places, reclaimed } = fill(twoNetworks, {}, { reclaimed: 'newest' })
    for (let index = 1; index <= 9; index++) places.take(holderAt('203.0.113.1', `own ${index}`))
    expect(reclaimed).toEqual([15, 14, 13, 12])
  })

  it('I13: go back and forth between no two networks', () => {
    const { places, reclaimed } = fill(
      many(16, (index) => holderAt(`10.0.${index % 4}.${index}`, `${index}`)),
    )
    expect(places.take(holderAt('10.0.1.99', 'other'), () => undefined)).toBeNull()
    for (let index = 0; index < 5; index++) places.take(holderAt(`10.9.0.${index}`, `own ${index}`))
    // Three are the share of the fifth network: the others keep three or four.
    expect(reclaimed).toHaveLength(3)
  })

  it('I13: of one network go to a client that has fewer, and of one client to another account', () => {
    const hog = many(4, (index) => holderAt('192.0.2.1', `${index >> 1}`))
    const crowded = fill(many(8, (index) => hog[index] ?? holderAt(`192.0.2.${index}`, `${index}`)))
    expect(crowded.places.take(holderAt('192.0.2.99', 'other'))).not.toBeNull()
    expect(crowded.reclaimed).toEqual([0])
    const shared = fill(hog)
    expect(shared.places.take(holderAt('192.0.2.1', 'other'))).not.toBeNull()
    expect(shared.reclaimed).toEqual([0])
    expect(shared.places.take(holderAt('192.0.2.1', '1'))).toBeNull()
  })

  it('are not reclaimed once they are kept, or if no one can be told', () => {
    const { places, reclaimed, taken } = fill(twoNetworks)
    for (const place of taken.slice(0, 15)) place?.keep()
    expect(places.take(anybody)).not.toBeNull()
    expect(reclaimed).toEqual([15])
    expect(places.take(holderAt('198.51.100.1', 'other'))).toBeNull()
    expect(places.hasRoom(holderAt('198.51.100.1', 'other'))).toBe(false)
  })

  it('are given back for good: the holder who lost one cannot give back that of another', () => {
    const { places, taken } = fill(twoNetworks)
    places.take(anybody)
    taken[0]?.release()
    expect(places.taken).toBe(16)
  })

  it('I13: of a network without any other go to a network that has none, after a while', () => {
    const { places, reclaimed, later } = fill(
      many(16, (index) => holderAt(`10.0.${index}.1`, `${index}`)),
      { patienceMs: 30_000 },
    )
    expect(places.take(anybody)).toBeNull()
    later(15_000)
    expect(places.take(holderAt('10.0.3.1', 'more'))).toBeNull()
    expect(places.take(anybody)).not.toBeNull()
    expect(places.take(holderAt('198.51.100.1', 'other'))).toBeNull()
    expect(reclaimed).toEqual([0])
  })
})
