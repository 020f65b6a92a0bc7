import { crc32 } from 'node:zlib'
import { expect, it } from 'vitest'
import { checksummedSecret } from '../../src/platform/crypto/checksummed-secret.ts'
import { guideBlock } from '../support/guide-blocks.ts'

/** A number in base 62, as the guide says it: written once more, so that the test does not repeat the code. */
function base62(number: number): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  return (number >= 62 ? base62(Math.floor(number / 62)) : '') + digits.charAt(number % 62)
}

it('the form of an API key in the guide is the form of API keys', () => {
  const form = new RegExp(`^${guideBlock('api-keys.md#if-a-key-is-published text').trim()}$`)
  for (let made = 0; made < 100; made++) {
    const key = checksummedSecret('pxk_')
    expect(key).toMatch(form)
    expect(base62(crc32(key.slice(0, -6))).padStart(6, '0')).toBe(key.slice(-6))
  }
})
