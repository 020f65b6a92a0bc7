import { describe, expect, it } from 'vitest'
import { isWeak, parseWork, readWork, refuseWork } from './work.ts'

/** The cheapest and the dearest work of each primitive that is accepted, and the next ones, which are not. */
const bounds: Readonly<
  Record<string, { readonly accepted: readonly string[]; readonly refused: readonly string[] }>
> = {
  argon2id: {
    accepted: ['16,8,1,1,4', '19,262144,4,1,64', '19,65536,16,1,32', '19,128,1,16,32'],
    refused: [
      ...['15,8,1,1,4', '20,8,1,1,4', '19,7,1,1,4', '19,8,0,1,4', '19,8,1,0,4', '19,8,1,1,3'],
      ...['19,262145,1,1,32', '19,262144,5,1,32', '19,136,1,17,32', '19,8,1,1,65'],
    ],
  },
  bcrypt: { accepted: ['4', '14'], refused: ['3', '15'] },
  'firebase-scrypt': {
    accepted: ['2,1', '1048576,1', '16384,64'],
    refused: ['1,1', '2,0', '2097152,1', '2,65'],
  },
  'pbkdf2-sha1': {
    accepted: ['1,1', '2000000,20', '1000000,21'],
    refused: ['0,1', '1,0', '2000001,20', '1000001,21', '1,65'],
  },
  'pbkdf2-sha256': { accepted: ['2000000,32', '1000000,64'], refused: ['2000001,32', '1000001,33'] },
  'pbkdf2-sha512': { accepted: ['2000000,64'], refused: ['2000001,64', '1,65'] },
  phpass: { accepted: ['1', '262144'], refused: ['0', '262145'] },
  scrypt: {
    accepted: ['2,1,1,1', '1048576,1,4,64', '16384,64,1,64', '16384,8,32,64'],
    refused: [
      ...['1,1,1,1', '3,1,1,1', '2,0,1,1', '2,1,0,1', '2,1,1,0'],
      ...['2097152,1,1,64', '1048576,1,5,64', '2,65,1,64', '2,1,1,65'],
    ],
  },
  'sha256-crypt': { accepted: ['1000', '1000000'], refused: ['999', '1000001'] },
  'sha512-crypt': { accepted: ['1000', '1000000'], refused: ['999', '1000001'] },
}

/** The dearest work that must not stay in the database as it is, and the cheapest that may. */
const strength: Readonly<Record<string, readonly [weak: string, strong: string]>> = {
  argon2id: ['19,8191,1,1,32', '19,4096,2,1,32'],
  bcrypt: ['9', '10'],
  'firebase-scrypt': ['32768,1', '65536,1'],
  'pbkdf2-sha256': ['99999,32', '100000,32'],
  scrypt: ['32768,1,1,64', '32768,1,2,64'],
  'sha512-crypt': ['99999', '100000'],
}

describe('the work of a password hash', () => {
  it.each(Object.entries(bounds))(
    'A46: of %s is accepted up to its bounds, and no further',
    (name, { accepted, refused }) => {
      for (const parameters of accepted) expect(readWork(`${name},${parameters}`), parameters).not.toBeNull()
      for (const parameters of refused) {
        expect(readWork(`${name},${parameters}`), parameters).toBeNull()
        const parsed = parseWork(`${name},${parameters}`)
        expect(parsed && refuseWork(parsed), parameters).toMatch(/^(This|The) .+\.$/)
      }
    },
  )

  it.each(Object.entries(strength))('A46: of %s is weak below its bound', (name, [weak, strong]) => {
    const isWeakText = (parameters: string) => {
      const work = readWork(`${name},${parameters}`)
      return work && isWeak(work)
    }
    expect([isWeakText(weak), isWeakText(strong)]).toEqual([true, false])
  })

  it('of one quick digest, and of phpass, is always weak', () => {
    for (const text of ['md5-hmac', 'sha512-salt-first', 'md5-crypt', 'md5-crypt-apache', 'phpass,262144']) {
      const work = readWork(text)
      expect(work && isWeak(work), text).toBe(true)
    }
  })

  it('A46: has as many whole numbers as its primitive, and no others', () => {
    for (const text of [
      '',
      'bcrypt',
      'bcrypt,',
      'bcrypt,10,10',
      'bcrypt,1e1',
      'bcrypt,-4',
      'bcrypt,10000000000',
      'toString',
    ])
      expect(readWork(text), text).toBeNull()
    for (const parameters of [[], [10, 10], [10.5], [Number.NaN]])
      expect(refuseWork({ primitive: 'bcrypt', parameters }), String(parameters)).toMatch(/cannot be read/)
  })
})
