import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { randomSecret } from './random.ts'
import { DamagedSeal, Sealer, WrongMasterSecret } from './sealing.ts'

const context = { purpose: 'signing_key.private', id: '0198c0de-0000-7000-8000-000000000001' }
const oldSecret = randomSecret('')
const sealer = new Sealer({ current: randomSecret('') })

const refusal = /cannot be opened|master secret does not match/

describe('sealing', () => {
  it('opens every text unchanged', () => {
    const text = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(text, text, text, (plaintext, purpose, id) => {
        expect(sealer.open(sealer.seal(plaintext, { purpose, id }), { purpose, id })).toBe(plaintext)
      }),
    )
  })

  it('writes v1, the key id, the nonce and the rest, and nothing of the text', () => {
    const sealed = sealer.seal('a private key', context)
    expect(sealed).toMatch(/^v1\.[\w-]{11}\.[\w-]{16}\.[\w-]{39}$/)
    expect(sealed.split('.')[1]).toBe(sealer.keyId)
    expect(Buffer.from(sealed, 'base64url').toString()).not.toContain('private')
  })

  it('never seals the same text to the same value twice', () => {
    const sealed = Array.from({ length: 1000 }, () => sealer.seal('same', context))
    expect(new Set(sealed.map((one) => one.split('.')[2])).size).toBe(1000)
    expect(new Set(sealed.map((one) => one.split('.')[3])).size).toBe(1000)
  })

  it('refuses text that would not open unchanged', () => {
    expect(() => sealer.seal('\ud800', context)).toThrow(TypeError)
  })

  it('A85: does not open in another row or column', () => {
    const sealed = sealer.seal('a private key', context)
    for (const moved of [
      { ...context, id: '0198c0de-0000-7000-8000-000000000002' },
      { ...context, purpose: 'totp.seed' },
      { purpose: context.id, id: context.purpose },
      { purpose: '', id: `${context.purpose}${context.id}` },
      { purpose: `${context.purpose}","${context.id}`, id: '' },
    ]) {
      expect(() => sealer.open(sealed, moved)).toThrow(DamagedSeal)
    }
  })

  it('does not open once any single bit has changed', () => {
    const sealed = sealer.seal('damage', context)
    for (let at = 0; at < sealed.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const changed = String.fromCharCode(sealed.charCodeAt(at) ^ (1 << bit))
        const damaged = sealed.slice(0, at) + changed + sealed.slice(at + 1)
        expect(() => sealer.open(damaged, context), damaged).toThrow(refusal)
      }
    }
  })

  it('does not open once any single byte has changed, to whatever value', () => {
    const sealed = sealer.seal('damage', context)
    fc.assert(
      fc.property(
        fc.nat(sealed.length - 1),
        fc.string({ unit: 'binary', minLength: 0, maxLength: 2 }),
        (at, other) => {
          const damaged = sealed.slice(0, at) + other + sealed.slice(at + 1)
          fc.pre(damaged !== sealed)
          expect(() => sealer.open(damaged, context)).toThrow(refusal)
        },
      ),
      { numRuns: 2000 },
    )
  })

  it('does not open if it is cut short, has a short tag, or is no sealed value', () => {
    const sealed = sealer.seal('damage', context)
    for (let length = 0; length < sealed.length; length++) {
      expect(() => sealer.open(sealed.slice(0, length), context)).toThrow(DamagedSeal)
    }
    const [version, keyId, nonce, body = ''] = sealed.split('.')
    const shortTag = Buffer.from(body, 'base64url').subarray(0, -12).toString('base64url')
    for (const text of [
      [version, keyId, nonce, shortTag].join('.'),
      `${sealed}=`,
      ` ${sealed}`,
      `${sealed}\n`,
      'x',
    ]) {
      expect(() => sealer.open(text, context)).toThrow(DamagedSeal)
    }
  })
})

describe('the master secret', () => {
  it('opens what another server sealed with it', () => {
    expect(
      new Sealer({ current: oldSecret }).open(new Sealer({ current: oldSecret }).seal('x', context), context),
    ).toBe('x')
  })

  it('is named in the error if it does not match', () => {
    const sealed = new Sealer({ current: oldSecret }).seal('x', context)
    expect(() => sealer.open(sealed, context)).toThrow(WrongMasterSecret)
    expect(() => sealer.open(sealed, context)).toThrow(/master secret does not match this data/)
  })

  it('cannot pass as another secret with its key id', () => {
    const old = new Sealer({ current: oldSecret })
    const relabelled = old.seal('x', context).replace(old.keyId, sealer.keyId)
    expect(() => sealer.open(relabelled, context)).toThrow(DamagedSeal)
  })

  it('can be rotated: the previous one still opens, the current one seals', () => {
    const old = new Sealer({ current: oldSecret })
    const rotated = new Sealer({ current: randomSecret(''), previous: [oldSecret] })
    const sealed = old.seal('x', context)
    expect(rotated.open(sealed, context)).toBe('x')
    expect(rotated.isSealedWithCurrent(sealed)).toBe(false)
    const anew = rotated.seal('x', context)
    expect(rotated.isSealedWithCurrent(anew)).toBe(true)
    expect(() => old.open(anew, context)).toThrow(WrongMasterSecret)
  })

  it('is refused under 32 bytes', () => {
    expect(() => new Sealer({ current: 'x'.repeat(31) })).toThrow(RangeError)
    expect(() => new Sealer({ current: 'x'.repeat(32), previous: ['short'] })).toThrow(RangeError)
  })
})
