import { describe, expect, it } from 'vitest'
import { findSigning } from './model.ts'

const now = new Date('2026-03-01T12:00:00Z')
const minutes = (count: number) => new Date(now.getTime() + count * 60_000)
const key = (kid: string, activatesIn: number) => {
  const life = { createdAt: now, activatesAt: minutes(activatesIn), retiresAt: null }
  return { kid, algorithm: 'ES256' as const, ...life }
}
const signingOf = (...keys: ReturnType<typeof key>[]) => findSigning(keys, 'ES256', now)?.kid ?? null

describe('the key that signs', () => {
  it('is the newest one that is active', () => {
    expect(signingOf(key('newest', 1), key('newer', 0), key('old', -60))).toBe('newer')
  })

  it('is the one that will be active first if none is, whatever their order', () => {
    expect(signingOf(key('later', 20), key('first', 10), key('last', 30))).toBe('first')
    expect(signingOf(key('first', 10), key('later', 20))).toBe('first')
    expect(signingOf(key('later', 20), key('first', 10))).toBe('first')
  })
})
