import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { dayMs } from '../../../../platform/kernel/durations.ts'
import { SprayDetector } from './detector.ts'
import { windowMs } from './model.ts'

const thresholds = { accountsMin: 100, networksMin: 50, frequentShareMin: 0.3 }
const start = new Date('2026-11-23T08:00:00Z')
const after = (ms: number) => new Date(start.getTime() + ms)

interface Campaign {
  readonly accounts: number
  readonly networks: number
  readonly passwordOf: (account: number) => string
  readonly at?: Date
}

function run(detector: SprayDetector, { accounts, networks, passwordOf, at = start }: Campaign): boolean {
  for (let account = 0; account < accounts; account++) {
    const network = `network ${account % networks}`
    detector.observe({ subject: ['account', String(account)], password: passwordOf(account), network }, at)
  }
  return detector.isActive(at)
}

const same = () => 'Summer2026!'
const own = (account: number) => `the misspelt password of ${account}`

function detectorAfterWeek(triesPerWindow: number): SprayDetector {
  const detector = new SprayDetector(thresholds)
  for (let ms = 0; ms <= 7 * dayMs; ms += dayMs / 2)
    run(detector, { accounts: triesPerWindow, networks: triesPerWindow, passwordOf: own, at: after(ms) })
  return detector
}

describe('wrong passwords on many accounts', () => {
  it('A41: are an anomaly if one password is tried on 1,000 accounts from 500 networks', () => {
    const detector = new SprayDetector(thresholds)
    expect(run(detector, { accounts: 1_000, networks: 500, passwordOf: same })).toBe(true)
    const { tries, accounts, networks, frequentShare } = detector.triesAt(start)
    expect(frequentShare).toBe(1)
    for (const [estimate, exact] of [
      [tries, 1_000],
      [accounts, 1_000],
      [networks, 500],
    ] as const)
      expect(Math.abs(estimate - exact)).toBeLessThan(exact / 20)
  })

  it('A41: are an anomaly if twenty passwords are tried, even if every other try is noise', () => {
    const twenty = (account: number) => (account % 2 === 0 ? own(account) : `Password${account % 20}!`)
    const detector = new SprayDetector(thresholds)
    expect(run(detector, { accounts: 2_000, networks: 500, passwordOf: twenty })).toBe(true)
  })

  it('are none on a busy Monday morning, on which many people mistype their own password', () => {
    const detector = new SprayDetector(thresholds)
    expect(run(detector, { accounts: 5_000, networks: 3_000, passwordOf: own })).toBe(false)
    // One in five of them tries a password that others have too.
    const common = (account: number) => (account % 5 === 0 ? 'Welcome2026!' : own(account))
    expect(run(new SprayDetector(thresholds), { accounts: 2_000, networks: 2_000, passwordOf: common })).toBe(
      false,
    )
  })

  it('are none if a program repeats an old password, however often', () => {
    const detector = new SprayDetector(thresholds)
    run(detector, { accounts: 500, networks: 500, passwordOf: own })
    for (let round = 0; round < 10_000; round++)
      detector.observe(
        { subject: ['account', '0'], password: 'old', network: `network ${round % 99}` },
        start,
      )
    expect(detector.isActive(start)).toBe(false)
    expect(detector.triesAt(start).tries).toBeLessThanOrEqual(502)
  })

  it.each([
    ['99 accounts', { accounts: 90, networks: 90 }],
    ['few networks, which their own limits stop', { accounts: 1_000, networks: 40 }],
    ['one person who forgot', { accounts: 1, networks: 1 }],
  ])('are none with %s', (_name, { accounts, networks }) => {
    expect(run(new SprayDetector(thresholds), { accounts, networks, passwordOf: same })).toBe(false)
  })

  it('A41: are an anomaly if there are ten times as many as in the whole week before, whatever the passwords are', () => {
    const isAnomaly = (detector: SprayDetector, accounts: number) =>
      run(detector, { accounts, networks: 200, passwordOf: own, at: after(7 * dayMs + windowMs) })
    expect(isAnomaly(detectorAfterWeek(20), 150)).toBe(false)
    expect(isAnomaly(detectorAfterWeek(20), 220)).toBe(true)
    expect(isAnomaly(new SprayDetector(thresholds), 220)).toBe(false)
  })

  it('do not become usual while they are an anomaly', () => {
    const detector = detectorAfterWeek(20)
    const at = (window: number) => after(7 * dayMs + window * windowMs)
    for (let window = 1; window < 5; window++)
      expect(run(detector, { accounts: 400, networks: 400, passwordOf: own, at: at(window) })).toBe(true)
    expect(detector.isActive(at(7))).toBe(false)
    expect(run(detector, { accounts: 220, networks: 220, passwordOf: own, at: at(9) })).toBe(true)
  })

  it('are an anomaly for ten minutes after the last sign, and from zero after that', () => {
    const detector = new SprayDetector(thresholds)
    run(detector, { accounts: 200, networks: 100, passwordOf: same })
    expect(detector.isActive(after(windowMs - 1))).toBe(true)
    expect(detector.isActive(after(windowMs))).toBe(false)
    expect(run(detector, { accounts: 90, networks: 90, passwordOf: same, at: after(windowMs) })).toBe(false)
    expect(detector.triesAt(after(2 * windowMs)).tries).toBe(0)
  })

  it('are counted from zero if the clock is set back, and never for longer than a window', () => {
    const detector = new SprayDetector(thresholds)
    run(detector, { accounts: 90, networks: 90, passwordOf: same })
    expect(detector.triesAt(after(-dayMs)).tries).toBe(0)
    expect(run(detector, { accounts: 200, networks: 100, passwordOf: same, at: after(-dayMs) })).toBe(true)
  })

  it('I13: take less than a megabyte, though two hundred thousand differ in everything', {
    tags: 'long',
  }, () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    const detector = new SprayDetector(thresholds)
    const used = () => {
      collect()
      const { arrayBuffers, heapUsed } = process.memoryUsage()
      return arrayBuffers + heapUsed
    }
    run(detector, { accounts: 1_000, networks: 1_000, passwordOf: own })
    const before = used()
    run(detector, { accounts: 200_000, networks: 200_000, passwordOf: own })
    expect(used() - before).toBeLessThan(1_000_000)
    expect(detector.triesAt(start).accounts).toBeGreaterThan(100_000)
    expect(detector.triesAt(start).frequentShare).toBeLessThan(0.01)
  })
})
