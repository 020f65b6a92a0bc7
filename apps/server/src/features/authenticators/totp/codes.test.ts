import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { codeAt, newSecret, stepOf } from './codes.ts'
import { readTotpCode, stepAt } from './model.ts'

/** `12345678901234567890` in base32, the secret of the test vectors in RFC 4226 and RFC 6238. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

describe('codes of authenticator apps', () => {
  it('are those of RFC 4226, appendix D', async () => {
    const codes = await Promise.all(Array.from({ length: 10 }, (_, counter) => codeAt(secret, counter)))
    const expected = '755224 287082 359152 969429 338314 254676 287922 162583 399871 520489'
    expect(codes.join(' ')).toBe(expected)
  })

  // The vectors have eight digits; ours are the last six of them.
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('are those of RFC 6238, appendix B, at second %d', async (second, code) => {
    expect(await codeAt(secret, stepAt(new Date(second * 1_000)))).toBe(code.slice(-6))
  })

  const oathtool = spawnSync('oathtool', ['--version']).status === 0
  it.skipIf(!oathtool)('are those of oathtool, for many secrets and times', async () => {
    for (let second = 0; second < 4_000_000_000; second += 333_333_337) {
      const own = await newSecret()
      const now = new Date(second * 1_000).toISOString().replace('T', ' ').slice(0, 19)
      const { stdout } = spawnSync('oathtool', ['--totp', '--base32', `--now=${now} UTC`, own])
      expect(await codeAt(own, stepAt(new Date(second * 1_000)))).toBe(stdout.toString().trim())
    }
  })

  it('are right in their step and in those beside it, and in no other (A92)', async () => {
    const now = new Date(1_234_567_890_000)
    const steps = await Promise.all(
      [-2, -1, 0, 1, 2].map(async (off) => {
        const step = await stepOf(secret, await codeAt(secret, stepAt(now) + off), now)
        return step === null ? null : step - stepAt(now)
      }),
    )
    expect(steps).toEqual([null, -1, 0, 1, null])
  })

  it('have secrets of 160 bits, each another one', async () => {
    const secrets = await Promise.all(Array.from({ length: 20 }, newSecret))
    expect(new Set(secrets).size).toBe(20)
    for (const each of secrets) expect(each).toMatch(/^[A-Z2-7]{32}$/)
  })

  it.each([
    ['123456', '123456'],
    [' 123 456 ', '123456'],
    ['123-456', '123456'],
    ['١٢٣٤٥٦', '123456'],
    ['１２３４５６', '123456'],
    ['12345', null],
    ['1234567', null],
    ['+123456', null],
    ['0x1234', null],
    ['1e5000', null],
    ['', null],
    [`${' '.repeat(64)}123456`, null],
  ])('A84: reads %j as %j', (typed, code) => {
    expect(readTotpCode(typed)).toBe(code)
  })
})
