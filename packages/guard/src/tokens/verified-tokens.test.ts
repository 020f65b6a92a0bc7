import { describe, expect, it } from 'vitest'
import type { CheckedToken } from './verified-tokens.ts'
import { VerifiedTokens } from './verified-tokens.ts'

const signature = 'x'.repeat(86)
const token = (credential: string) => ({ credential, kid: 'k1', checkedVersion: 0 }) as CheckedToken

describe('the tokens that were verified', () => {
  it('are found by the whole token, not by its signature', () => {
    const tokens = new VerifiedTokens()
    const good = token(`header.payload.${signature}`)
    tokens.set(good)
    expect(tokens.get(`header.payload.${signature}`)).toBe(good)
    for (const other of [`header.other.${signature}`, `header.payload.y${signature.slice(1)}`, signature, ''])
      expect(tokens.get(other), other).toBeUndefined()
  })

  it('are at most 10,000, and the newest stay', () => {
    const tokens = new VerifiedTokens()
    const all = Array.from({ length: 10_001 }, (_, index) => token(`h.p.${String(index).padStart(86, '0')}`))
    for (const each of all) tokens.set(each)
    expect(all.filter(({ credential }) => tokens.get(credential) === undefined)).toEqual([all[0]])
  })

  it('can be forgotten', () => {
    const tokens = new VerifiedTokens()
    const good = token(`h.p.${signature}`)
    tokens.set(good)
    tokens.delete(good)
    expect(tokens.get(good.credential)).toBeUndefined()
  })
})
