import { hash as argon2Hash } from '@node-rs/argon2'
import { hash as bcryptHash, verify as bcryptVerify } from '@node-rs/bcrypt'
import { describe, expect, it } from 'vitest'
import { FairQueue } from '../kernel/fair-queue.ts'
import { checkedByOldBackend, isCheckable, readImportedHash } from './imported-hash.ts'
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

const kindOf = (text: string, hints = {}) => readImportedHash(text, hints).kind
const reasonOf = (text: string, hints = {}) => {
  const imported = readImportedHash(text, hints)
  return imported.kind === 'refused' ? imported.reason : null
}

describe('a hash from another system', () => {
  const argon2 = (settings: object) =>
    argon2Hash('correct horse', { algorithm: 2, outputLen: 32, ...settings })
  const phc = (cost: string) => `$argon2id$v=19$${cost}$${'c2FsdHNhbHRzYWx0c2FsdA'}$${'A'.repeat(43)}`
  const hex = (bytes: number) => 'ab'.repeat(bytes)
  const base64 = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64')
  const bare = (bytes: number) => base64(bytes).replaceAll('=', '')
  const bcryptOfCost = (cost: string) => `$2b$${cost}$${'C'.repeat(21)}.${'E'.repeat(30)}.`

  it('is stored as it is if it is strong', async () => {
    const texts = [
      await argon2({ memoryCost: 65_536, timeCost: 3, parallelism: 4 }),
      phc('m=131072,t=4,p=8'),
      bcryptOfCost('10'),
      bcryptOfCost('14'),
      `pbkdf2:sha256:260000$qtqmHQ0ZhkBgoEbK$${hex(32)}`,
      `pbkdf2_sha256$1200000$saltsalt$${base64(32)}`,
    ]
    for (const text of texts) expect(readImportedHash(text), text).toEqual({ kind: 'accepted', stored: text })
  })

  it('is weak if a stolen copy could be tried too fast', () => {
    const texts = [
      bcryptOfCost('04'),
      bcryptOfCost('09'),
      `pbkdf2:sha256:1000$salt$${hex(32)}`,
      `sha256$salt$${hex(32)}`,
      `{SSHA}${base64(28)}`,
      phc('m=64,t=1,p=1'),
      `$scrypt$ln=10,r=8,p=1$${bare(16)}$${bare(32)}`,
    ]
    for (const text of texts) expect(kindOf(text), text).toBe('weak')
  })

  const costly = [
    phc('m=262145,t=1,p=1'),
    phc('m=65536,t=17,p=1'),
    phc('m=4294967295,t=4294967295,p=1'),
    phc('m=4096,t=1,p=17'),
    bcryptOfCost('15'),
    bcryptOfCost('31'),
    `bcrypt_sha256$${bcryptOfCost('31')}`,
    `$bcrypt-sha256$v=2,t=2b,r=31$${'C'.repeat(21)}.$${'E'.repeat(30)}.`,
    `pbkdf2:sha256:2000001$salt$${hex(32)}`,
    `pbkdf2_sha256$999999999$salt$${base64(32)}`,
    `$pbkdf2-sha512$2000001$${bare(16)}$${bare(64)}`,
    `scrypt:1048576:8:1$salt$${hex(64)}`,
    `scrypt:16384:8:1000$salt$${hex(64)}`,
    `scrypt$1073741824$salt$8$1$${base64(64)}`,
    `$scrypt$ln=31,r=8,p=1$${bare(16)}$${bare(32)}`,
    `$scrypt$ln=14,r=255,p=1$${bare(16)}$${bare(32)}`,
    `$P$T${'s'.repeat(8)}${'h'.repeat(22)}`,
    `$6$rounds=1000001$salt$${'h'.repeat(86)}`,
    `$5$rounds=999999999$salt$${'h'.repeat(43)}`,
  ]

  it.each(costly)('A46: is refused if checking it would take too long: %s', (text) => {
    expect(reasonOf(text)).toMatch(/too long|too much memory/)
  })

  // A PHC string of argon2id may be one of this server, which its operator has made so costly.
  const foreign = costly.filter((text) => !text.startsWith('$argon2id$'))

  it.each(foreign)('A46: is not checked if it got into the database all the same: %s', async (text) => {
    await expect(hasher.verify('correct horse', text)).rejects.toThrow('damaged')
  })

  it('A46: is not checked in the forms of this server either, if it costs too much', async () => {
    const [salt, digest] = ['c2FsdHNhbHRzYWx0c2FsdA', 'A'.repeat(43)]
    for (const work of [
      'bcrypt,15',
      'scrypt,1048576,8,1,32',
      'pbkdf2-sha256,9999999999,32',
      'toString,1',
      'bcrypt',
    ]) {
      const own = 'argon2id,19,16,2,1,32'
      for (const text of [
        `$imported$${work}$typed$${salt}$${digest}`,
        `$wrapped$${work}$typed$${salt}$${own}$${salt}$${digest}`,
        `$wrapped$md5-hmac$typed$${salt}$${work}$${salt}$${digest}`,
        `$wrapped$md5-hmac$typed$${salt}$argon2id,19,16$${salt}$${digest}`,
      ]) {
        await expect(hasher.verify('correct horse', text), text).rejects.toThrow('damaged')
        expect(reasonOf(text), text).toMatch(/incomplete or damaged/)
      }
    }
  })

  it('A46: is refused in the forms of this server if no Proxima has written it', () => {
    const salt = 'c2FsdHNhbHRzYWx0c2FsdA'
    for (const text of [
      `$imported$md5-salt-first$typed$$${Buffer.alloc(16).toString('base64url')}`,
      `$imported$pbkdf2-sha256,600000,32$typed$${salt}$${Buffer.alloc(31).toString('base64url')}`,
      `$imported$bcrypt,12$bcrypt$AAAA$${Buffer.alloc(31).toString('base64url')}`,
      `$imported$argon2i,19,19456,2,1,32$typed$$${Buffer.alloc(32).toString('base64url')}`,
      `$wrapped$md5-hmac$typed$${salt}$argon2id,19,19456,2,1,32$${salt}$${Buffer.alloc(16).toString('base64url')}`,
      '$old-backend$',
    ])
      expect(kindOf(text), text).toBe('refused')
  })

  it('A46: is refused if the parameters of a Firebase project make it too costly', () => {
    const firebase = { signerKey: base64(64), saltSeparator: 'Bw==', rounds: 8, memoryCost: 14 }
    const hints = { family: 'firebase', salt: base64(8) } as const
    expect(kindOf(base64(64), { ...hints, firebase })).toBe('accepted')
    expect(reasonOf(base64(64), { ...hints, firebase: { ...firebase, memoryCost: 30 } })).toMatch(/too much/)
    expect(reasonOf(base64(64), hints)).toMatch(/needs its salt and the hash parameters/)
    expect(JSON.stringify(readImportedHash(base64(64), { ...hints, firebase }))).not.toContain(base64(64))
  })

  it('is refused if it is no hash, and the reason does not repeat it', async () => {
    const others = [
      '',
      'correct horse',
      '5f4dcc3b5aa765d61d8327deb882cf99',
      'x'.repeat(100_000),
      '$',
      '$$$$',
      ':',
    ]
    for (const text of others) {
      expect(reasonOf(text), text.slice(0, 50)).toMatch(/not a password hash that Proxima knows/)
      if (text.length > 1) expect(reasonOf(text)).not.toContain(text)
    }
  })

  it('is refused if two systems write this form in different ways, until one is named', () => {
    const text = `sha1$salt$${hex(20)}`
    expect(reasonOf(text)).toMatch(/Django and Werkzeug/)
    for (const family of ['django', 'werkzeug', 'sha1']) expect(kindOf(text, { family })).toBe('weak')
  })

  it('is refused if it could never be checked', async () => {
    const whole = await bcrypt('x')
    const others = [
      await argon2({ outputLen: 17 }),
      (await argon2({})).slice(0, -1),
      `${await argon2({})}\n`,
      `${'$argon2id$v=19$m=64,t=1,p=1$'}${'c2FsdHNhbHRzYWx0c2FsdA'.repeat(20)}$${'A'.repeat(43)}`,
      whole.slice(0, -1),
      `${whole}x`,
      whole.replace('$2b', '$2x'),
      whole.replace('$2b', '$2'),
      '!unusable',
    ]
    for (const text of others) expect(kindOf(text), text).toBe('refused')
  })

  it('of this server is checked, whatever it costs, but a hash of another one is bounded', async () => {
    const dear = { memoryKib: 262_145, iterations: 1, parallelism: 1 }
    const own = await new PasswordHasher({ cost: dear, queue }).hash('correct horse')
    expect(await matches('correct horse', own)).toBe(true)
    expect(reasonOf(own)).toMatch(/too long/)
  })

  it('keeps nothing of a weak digest once argon2id is around it', async () => {
    const text = await bcrypt('correct horse')
    const imported = readImportedHash(text)
    if (imported.kind !== 'weak') throw new Error('it should be weak')
    const wrapped = await hasher.wrap(imported.hash)
    expect(wrapped).toMatch(/^\$wrapped\$bcrypt,4\$bcrypt\$/)
    expect(wrapped).not.toContain(text.slice(-31))
    expect(wrapped).not.toContain(imported.hash.digest.toString('base64url'))
    expect(kindOf(wrapped)).toBe('accepted')
    expect(await hasher.verify('correct horse', wrapped)).toEqual({ matches: true, needsRehash: true })
    expect(await matches('correct house', wrapped)).toBe(false)
    const long = readImportedHash(await bcrypt('x'.repeat(72)))
    if (long.kind !== 'weak') throw new Error('it should be weak')
    const wrappedLong = await hasher.wrap(long.hash)
    expect(await matches('x'.repeat(72), wrappedLong)).toBe(true)
    expect(await matches('x'.repeat(73), wrappedLong)).toBe(false)
  })

  it('needs the pepper of its system to be checked, and says so when the setting is missing', async () => {
    const pepper = 'p'.repeat(128)
    const text = (await bcryptHash(`correct horse${pepper}`.slice(0, 72), 4)).replace('$2b$', '$2a$')
    const imported = readImportedHash(text, { family: 'devise', isPeppered: true })
    if (imported.kind !== 'weak') throw new Error('it should be weak')
    const stored = await hasher.wrap(imported.hash)
    const cost = { memoryKib: 16, iterations: 2, parallelism: 1 }
    const verify = (importedPepper: string | null) =>
      new PasswordHasher({ cost, queue, importedPepper }).verify('correct horse', stored)
    expect((await verify(pepper)).matches).toBe(true)
    expect((await verify('another')).matches).toBe(false)
    await expect(verify(null)).rejects.toThrow('PROXIMA_IMPORTED_PEPPER')
  })

  it('A46: can be checked as another Proxima stored it if it is complete, or if an old backend checks it', async () => {
    const own = await hasher.hash('correct horse')
    expect([own, checkedByOldBackend].map(isCheckable)).toEqual([true, true])
    for (const text of ['', own.slice(0, -1), `${checkedByOldBackend}x`, phc('m=64,t=1,p=1').slice(0, -1)])
      expect(isCheckable(text), text).toBe(false)
  })
})
