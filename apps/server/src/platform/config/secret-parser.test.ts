import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { bearerToken, findWeakness, masterSecret } from './secret-parser.ts'

const { parse } = masterSecret()

describe('the master secret', () => {
  it('may be any output of a generator of 24 bytes or more', () => {
    for (let round = 0; round < 2_000; round++) {
      const bytes = randomBytes(24 + (round % 40))
      for (const encoding of ['base64', 'base64url', 'hex'] as const) {
        const text = bytes.toString(encoding)
        expect(parse(text)).toBe(text)
        expect(findWeakness(text)).toBeNull()
      }
    }
  })

  it('is measured by the bytes of its text, not by the bytes that it encodes', () => {
    expect(() => parse(randomBytes(15).toString('hex'))).toThrow('must be 32 bytes or more; it is 30.')
    expect(parse('ж1ю2я3ш4щ5ц6у7к8ё9х0з')).toHaveLength(21)
    expect(() => parse('x'.repeat(1_025))).toThrow('must be 1024 bytes or less; it is 1025.')
  })

  it.each([
    ['aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'fewer than 10 different characters'],
    ['121212121212121212121212121212121212', 'fewer than 10 different characters'],
    ['secretsecretsecretsecretsecretsecret', 'fewer than 10 different characters'],
    ['changeme-changeme-changeme-changeme', 'fewer than 10 different characters'],
    ['SuperS3cret!/SuperS3cret!/SuperS3cret!/Su', 'repeats a shorter text'],
    ['0123456789abcdef0123456789abcdef', 'repeats a shorter text'],
    ['abcdefghijklmnopqrstuvwxyz0123456789', 'is a sequence'],
    ['ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210', 'is a sequence'],
  ])('is weak as %s, which only development accepts', (text, reason) => {
    expect(findWeakness(text)).toContain(reason)
    expect(parse(text)).toBe(text)
  })

  it('is never quoted in a refusal', () => {
    const text = 'secretsecretsecretsecretsecretsecret'
    expect(findWeakness(text)).not.toContain(text)
    expect(() => parse('hunter2')).not.toThrow('hunter2')
  })
})

describe('a bearer token', () => {
  it('fits into a header and is long enough', () => {
    const made = randomBytes(48).toString('base64')
    expect(bearerToken().parse(made)).toBe(made)
    for (const refused of ['canary', `${made} x`, `${made}\n`, 'x'.repeat(256), `=${made}`]) {
      expect(() => bearerToken().parse(refused)).toThrow('must be 32 to 255 letters')
      expect(() => bearerToken().parse(refused)).not.toThrow('canary')
    }
  })
})
