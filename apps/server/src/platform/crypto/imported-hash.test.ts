import { hash as argon2Hash } from '@node-rs/argon2'
import { hash as bcryptHash, verify as bcryptVerify } from '@node-rs/bcrypt'
import { describe, expect, it } from 'vitest'
import { FairQueue } from '../kernel/fair-queue.ts'
import { refuseImport } from './imported-hash.ts'
import { PasswordHasher } from './password-hasher.ts'

const queue = new FairQueue({ concurrency: 2, depth: 100, deadlineMs: 10_000 })
const hasher = new PasswordHasher({ cost: { memoryKib: 16, iterations: 2, parallelism: 1 }, queue })

/** Of the lowest cost there is. */
const bcrypt = (password: string) => bcryptHash(password, 4)
const matches = async (password: string, hash: string) => (await hasher.verify(password, hash)).matches

describe('a bcrypt hash', () => {
  it.each(['2a', '2b', '2y'])('A46: of kind %s matches only its password', async (kind) => {
    const hash = (await bcrypt('correct horse')).replace('$2b$', `$${kind}$`)
    expect(await hasher.verify('correct horse', hash)).toEqual({ matches: true, needsRehash: true })
    for (const wrong of ['correct house', 'Correct horse', 'correct horse ', ''])
      expect(await hasher.verify(wrong, hash), wrong).toEqual({ matches: false, needsRehash: false })
  })

  it('A46: made by another program matches its password', async () => {
    // The first of the test vectors that bcrypt's authors publish with crypt_blowfish.
    expect(await matches('U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')).toBe(true)
  })

  it('A46: matches a password of 72 bytes, and no longer one that begins with them', async () => {
    for (const [password, more] of [
      ['x'.repeat(72), 'y'],
      ['é'.repeat(36), 'é'],
      [`${'x'.repeat(68)}🦊`, ' '],
    ] as const) {
      const hash = await bcrypt(password)
      expect(await matches(password, hash)).toBe(true)
      // What bcrypt by itself says, and why it is not asked.
      expect(await bcryptVerify(password + more, hash)).toBe(true)
      expect(await matches(password + more, hash)).toBe(false)
      expect(await matches(password.repeat(3), hash)).toBe(false)
    }
  })

  it('A46: matches no password with a NUL, at which bcrypt stops', async () => {
    const hash = await bcrypt('correct horse')
    expect(await bcryptVerify('correct horse\0correct horse', hash)).toBe(true)
    for (const given of ['correct horse\0correct horse', 'correct horse\0', '\0', 'correct horse\0x'])
      expect(await matches(given, hash), JSON.stringify(given)).toBe(false)
    expect(await matches('\0', await bcrypt(''))).toBe(false)
    expect(await matches('a\0b', await bcrypt('a\0b'))).toBe(false)
  })

  it('A46: of the empty password matches no password that cannot be read in full', async () => {
    const hash = await bcrypt('')
    for (const given of ['x'.repeat(73), '\0', '\ud800']) expect(await matches(given, hash)).toBe(false)
  })

  it('A46: throws if it is damaged or so costly that it would hold a core for hours, and does not say "wrong password"', async () => {
    const hash = await bcrypt('correct horse')
    const dear = ['15', '31', '99', '03', '00'].map((cost) => hash.replace('$04$', `$${cost}$`))
    const damaged = [hash.slice(0, -1), `${hash} `, hash.replace('$04$', '$4$'), hash.replace('$2b', '$2x')]
    for (const stored of [...dear, ...damaged, '$2b$', hash.slice(0, 30)])
      await expect(hasher.verify('correct horse', stored), stored).rejects.toThrow('damaged')
  })

  it('A46: of the highest cost that may be imported is verified', async () => {
    const dearest = (await bcrypt('correct horse')).replace('$04$', '$14$')
    expect((await hasher.verify('correct horse', dearest)).matches).toBe(false)
  })

  it('A46: waits in the queue like any other hash', async () => {
    const narrow = new FairQueue({ concurrency: 1, depth: 1, deadlineMs: 1_000 })
    const other = new PasswordHasher({
      cost: { memoryKib: 16, iterations: 2, parallelism: 1 },
      queue: narrow,
    })
    const hash = await bcrypt('correct horse')
    const turns: string[] = []
    const onAdmitted = async () => void turns.push('mine')
    const first = other.verify('correct horse', hash, { clientKey: 'a', onAdmitted })
    await expect(other.verify('x', hash, { clientKey: 'a', onAdmitted })).rejects.toMatchObject({
      problem: { code: 'overloaded' },
    })
    expect((await first).matches).toBe(true)
    expect(turns).toEqual(['mine'])
  })
})

describe('a hash from another system', () => {
  const argon2 = (settings: object) =>
    argon2Hash('correct horse', { algorithm: 2, outputLen: 32, ...settings })
  const phc = (cost: string) => `$argon2id$v=19$${cost}$${'c2FsdHNhbHRzYWx0c2FsdA'}$${'A'.repeat(43)}`

  it('is accepted if it is argon2id or bcrypt', async () => {
    expect(refuseImport(await argon2({ memoryCost: 65_536, timeCost: 3, parallelism: 4 }))).toBeNull()
    expect(refuseImport(await bcrypt('correct horse'))).toBeNull()
    expect(refuseImport(phc('m=131072,t=4,p=8'))).toBeNull()
    expect(refuseImport((await bcrypt('x')).replace('$04$', '$14$'))).toBeNull()
  })

  it('A46: is refused if checking it would take too long', async () => {
    for (const cost of [
      'm=1048577,t=1,p=1',
      'm=65536,t=17,p=1',
      'm=4294967295,t=4294967295,p=1',
      'm=4096,t=1,p=17',
    ])
      expect(refuseImport(phc(cost)), cost).toMatch(/too long/)
    expect(refuseImport((await bcrypt('x')).replace('$04$', '$15$'))).toMatch(/too long/)
    expect(refuseImport((await bcrypt('x')).replace('$04$', '$31$'))).toMatch(/too long/)
  })

  it('A46: is refused if it could never be checked', async () => {
    const whole = await bcrypt('x')
    const others = [
      '',
      'correct horse',
      '5f4dcc3b5aa765d61d8327deb882cf99',
      'pbkdf2:sha256:600000$salt$hash',
      await argon2({ algorithm: 1 }),
      await argon2({ outputLen: 16 }),
      (await argon2({})).slice(0, -1),
      `${await argon2({})}\n`,
      `${'$argon2id$v=19$m=64,t=1,p=1$'}${'c2FsdHNhbHRzYWx0c2FsdA'.repeat(20)}$${'A'.repeat(43)}`,
      whole.slice(0, -1),
      `${whole}x`,
      whole.replace('$2b', '$2x'),
      whole.replace('$2b', '$2'),
    ]
    for (const text of others) expect(refuseImport(text), text).toMatch(/neither/)
  })

  it('can be checked after it was accepted', async () => {
    for (const hash of [await argon2({ memoryCost: 64, timeCost: 1 }), await bcrypt('correct horse')]) {
      expect(refuseImport(hash)).toBeNull()
      expect(await matches('correct horse', hash)).toBe(true)
    }
  })
})
