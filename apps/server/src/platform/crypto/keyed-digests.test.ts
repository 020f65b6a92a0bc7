import { describe, expect, it } from 'vitest'
import { KeyedDigests } from './keyed-digests.ts'

const current = 'the secret of today, for these tests 0123456789'
const previous = 'the secret of yesterday, for these tests 012345'
const parts = ['amina', null, '123456']

describe('keyed digests', () => {
  const digests = new KeyedDigests({ current })

  it('A85: depend on the master secret, the use and each part', () => {
    const digest = digests.digest('code', parts)
    expect(digest).toMatch(/^[\w-]{43}$/)
    const others = [
      new KeyedDigests({ current: previous }).digest('code', parts),
      digests.digest('link', parts),
      digests.digest('code', ['amina', 'null', '123456']),
      digests.digest('code', ['amina123456']),
      digests.digest('code', ['amina', '123456', null]),
    ]
    expect(new Set([digest, ...others]).size).toBe(6)
  })

  it('match the same parts and nothing else', () => {
    const digest = digests.digest('code', parts)
    expect(digests.matches(digest, 'code', parts)).toBe(true)
    expect(digests.matches(digest, 'code', ['amina', null, '123457'])).toBe(false)
    expect(digests.matches(digest, 'link', parts)).toBe(false)
    expect(digests.matches('', 'code', parts)).toBe(false)
  })

  it('still match after a rotation of the master secret, until the previous one is removed', () => {
    const before = new KeyedDigests({ current: previous }).digest('code', parts)
    const during = new KeyedDigests({ current, previous: [previous] })
    expect(during.matches(before, 'code', parts)).toBe(true)
    expect(during.candidates('code', parts)).toEqual([digests.digest('code', parts), before])
    expect(during.digest('code', parts)).toBe(digests.digest('code', parts))
    expect(digests.matches(before, 'code', parts)).toBe(false)
  })
})
