import { describe, expect, it } from 'vitest'
import { checksummedSecret, isChecksummedSecret } from './checksummed-secret.ts'

const prefix = 'pxk_'

describe('a secret with a checksum', () => {
  it('has the form that the guides give to secret scanners', () => {
    for (let count = 0; count < 1_000; count++) {
      const secret = checksummedSecret(prefix)
      expect(secret).toMatch(/^pxk_[0-9A-Za-z]{36}$/)
      expect(isChecksummedSecret(prefix, secret)).toBe(true)
    }
  })

  it('uses every character of the alphabet at every random place', () => {
    const seen = Array.from({ length: 30 }, () => new Set<string>())
    for (let count = 0; count < 2_000; count++) {
      const random = checksummedSecret(prefix).slice(prefix.length, -6)
      for (const [place, character] of [...random].entries()) seen[place]?.add(character)
    }
    expect(seen.map(({ size }) => size)).toEqual(Array<number>(30).fill(62))
  })

  // Computed with Python: zlib.crc32(b'pxk_' + b'0' * 30) in base 62.
  it('ends with the CRC-32 of all that is before it, so that a scanner can check it', () => {
    expect(isChecksummedSecret(prefix, `pxk_${'0'.repeat(30)}0T7w8G`)).toBe(true)
  })

  it('is no longer one if any character is changed, added or left out', () => {
    const secret = checksummedSecret(prefix)
    for (let place = 0; place < secret.length; place++) {
      const other = secret[place] === 'x' ? 'y' : 'x'
      const changed = secret.slice(0, place) + other + secret.slice(place + 1)
      expect(isChecksummedSecret(prefix, changed), changed).toBe(false)
      expect(isChecksummedSecret(prefix, secret.slice(0, place) + secret.slice(place + 1))).toBe(false)
    }
    for (const changed of [` ${secret}`, `${secret} `, `${secret}\n`, `${secret}0`, secret.toUpperCase(), ''])
      expect(isChecksummedSecret(prefix, changed), changed).toBe(false)
  })

  it('is not one of another kind', () => {
    const secret = checksummedSecret(prefix)
    expect(isChecksummedSecret('pxc_', secret)).toBe(false)
    expect(isChecksummedSecret('pxc_', secret.replace('pxk_', 'pxc_'))).toBe(false)
  })
})
