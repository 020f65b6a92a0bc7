import { describe, expect, it } from 'vitest'
import { digestSecret } from './digests.ts'
import { randomSecret } from './random.ts'

describe('a random secret', () => {
  it('is its prefix and 43 base64url characters, which hold 256 bits', () => {
    const secret = randomSecret('pxs_')
    expect(secret).toMatch(/^pxs_[A-Za-z0-9_-]{43}$/)
    expect(Buffer.from(secret.slice(4), 'base64url')).toHaveLength(32)
  })

  it('is never the same twice, and uses each bit about half of the time', () => {
    const secrets = Array.from({ length: 2000 }, () => randomSecret(''))
    expect(new Set(secrets).size).toBe(2000)
    for (let bit = 0; bit < 256; bit++) {
      const set = secrets.filter(
        (secret) => ((Buffer.from(secret, 'base64url')[bit >> 3] ?? 0) >> (bit & 7)) & 1,
      ).length
      // Nine standard deviations: a fair bit passes it once in 10^18 runs.
      expect(Math.abs(set - 1000)).toBeLessThan(202)
    }
  })
})

describe('a digest', () => {
  it('is SHA-256 in base64url (FIPS 180-4, the example "abc")', () => {
    const expected = Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex')
    expect(digestSecret('abc')).toBe(expected.toString('base64url'))
  })

  it('A85: does not hold the secret', () => {
    const secret = randomSecret('pxs_')
    expect(digestSecret(secret)).toMatch(/^[A-Za-z0-9_-]{43}$/)
    expect(digestSecret(secret)).not.toContain(secret.slice(4, 12))
  })
})
