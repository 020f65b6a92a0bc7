import { hash as bcryptHash } from '@node-rs/bcrypt'
import { describe, expect, it } from 'vitest'
import { FairQueue } from '../kernel/fair-queue.ts'
import { perform, type Work, workText } from './hash-formats/work.ts'
import { importedWorkOf, readImportedHash } from './imported-hash.ts'
import { PasswordHasher } from './password-hasher.ts'

const queue = new FairQueue({ concurrency: 2, depth: 100, deadlineMs: 10_000 })
const cost = { memoryKib: 16, iterations: 2, parallelism: 1 }
const own = 'argon2id,19,16,2,1,32'

/** A hasher, and how much of each work a guess made it do: so many steps of bcrypt are 2 to the power of their cost. */
function counting(works: readonly string[]) {
  let done: Work[] = []
  const hasher = new PasswordHasher({
    cost,
    queue,
    perform: async (work, ...rest) => {
      done.push(work)
      return await perform(work, ...rest)
    },
  })
  hasher.balance(works)
  const costOf = async (hash: string | null) => {
    done = []
    const { matches } = await hasher.verify('a wrong guess', hash)
    expect(matches).toBe(false)
    return totals(done)
  }
  return { hasher, costOf }
}

function totals(works: readonly Work[]): Readonly<Record<string, number>> {
  const sums: Record<string, number> = {}
  for (const work of works) {
    const { primitive, parameters } = work
    const [count = 0, ...like] = parameters
    const isCounted = primitive === 'bcrypt' || /^pbkdf2-|^sha\d+-crypt$|^phpass$/.test(primitive)
    const name = isCounted ? [primitive, ...like].join(',') : workText(work)
    const amount = primitive === 'bcrypt' ? 2 ** count : isCounted ? count : 1
    sums[name] = (sums[name] ?? 0) + amount
  }
  return sums
}

const hex = (bytes: number) => 'ab'.repeat(bytes)
const werkzeug = (iterations: number) => `pbkdf2:sha256:${iterations}$saltsaltsaltsalt$${hex(32)}`
const scrypt = `scrypt:16384:8:1$saltsaltsaltsalt$${hex(64)}`
const bcryptOf = async (rounds: number) => await bcryptHash('correct horse', rounds)

async function wrapped(hasher: PasswordHasher, text: string): Promise<string> {
  const imported = readImportedHash(text)
  if (imported.kind !== 'weak') throw new Error('it should be weak')
  return await hasher.wrap(imported.hash)
}

describe('the work of a wrong guess', () => {
  it('A34: is one argon2id for an unknown user and for one of this server, if no imported hash is left', async () => {
    const { hasher, costOf } = counting([])
    const native = await hasher.hash('correct horse')
    expect(await costOf(null)).toEqual({ [own]: 1 })
    expect(await costOf(native)).toEqual({ [own]: 1 })
  })

  it('A34: is the same for an unknown user, one of this server, and imported users of every kind', async () => {
    const maker = counting([]).hasher
    const hashes = [
      await bcryptOf(6),
      await bcryptOf(4),
      werkzeug(1_500),
      werkzeug(2_600),
      scrypt,
      await wrapped(maker, `sha256$saltsalt$${hex(32)}`),
      await wrapped(maker, '$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/'),
      await wrapped(maker, await bcryptOf(4)),
      // The hash of another system in the form of Django is compared as it is typed.
      'argon2$argon2id$v=19$m=32,t=3,p=2$c2FsdHNhbHRzYWx0c2FsdA$dJ6/En9lhf3uDs850wB+s4hMhhmWPYBu4orCG99EiS0',
    ]
    const works = hashes.map(importedWorkOf).filter((work) => work !== null)
    const { hasher, costOf } = counting([...new Set(works)])
    const unknown = await costOf(null)
    expect(unknown).toEqual({
      [own]: 1,
      bcrypt: 2 ** 6,
      'pbkdf2-sha256,32': 2_600,
      'scrypt,16384,8,1,64': 1,
      'sha256-hmac': 1,
      'md5-crypt': 1,
      'argon2id,19,32,3,2,32': 1,
    })
    for (const hash of [await hasher.hash('correct horse'), ...hashes])
      expect(await costOf(hash), hash).toEqual(unknown)
  })

  it('A34: does not depend on whether the guess could be read in full', async () => {
    const bcrypt = await bcryptOf(4)
    const { hasher, costOf } = counting([importedWorkOf(bcrypt) ?? ''])
    const usual = await costOf(bcrypt)
    let done = 0
    const other = new PasswordHasher({
      cost,
      queue,
      perform: async (...given) => {
        done += 1
        return await perform(...given)
      },
    })
    other.balance(['bcrypt,4'])
    for (const given of ['x'.repeat(73), 'a\0b', '\ud800', 'x'.repeat(100_000), '']) {
      done = 0
      await other.verify(given, bcrypt)
      expect(done).toBe(Object.keys(usual).length)
    }
    expect((await hasher.verify('correct horse', bcrypt)).matches).toBe(true)
  })

  it('A46: does not grow with each imported hash that has a cost of its own', async () => {
    const costly = [1, 2, 3, 4].map((parallelism) => `argon2id,19,262144,4,${parallelism},64`)
    const { costOf } = counting(['bcrypt,5', ...costly, 'scrypt,1048576,1,4,64'])
    expect(await costOf(null)).toEqual({ [own]: 1, bcrypt: 2 ** 5 })
  })

  it('A46: leaves out works that are not accepted', async () => {
    const { costOf } = counting(['bcrypt,31', 'nonsense', '', 'scrypt,1,1'])
    expect(await costOf(null)).toEqual({ [own]: 1 })
  })
})
