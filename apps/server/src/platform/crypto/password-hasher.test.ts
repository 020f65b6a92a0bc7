import { parseOptions } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { FairQueue } from '../kernel/fair-queue.ts'
import { overloaded } from '../kernel/problems.ts'
import { PasswordHasher } from './password-hasher.ts'

// As cheap as argon2 lets it be; the floor is the configuration's to keep.
const cheap = { memoryKib: 16, iterations: 2, parallelism: 1 }

type Prepare = () => Promise<void>

class CountingQueue extends FairQueue {
  jobs = 0
  readonly clientKeys: (string | undefined)[] = []

  override run<T>(work: () => Promise<T>, clientKey?: string, ...more: [string?, Prepare?]): Promise<T> {
    this.jobs += 1
    this.clientKeys.push(clientKey)
    return super.run(work, clientKey, ...more)
  }
}

function makeHasher(cost = cheap) {
  const queue = new CountingQueue({ concurrency: 2, depth: 200, deadlineMs: 10_000 })
  return { hasher: new PasswordHasher({ cost, queue }), queue }
}

async function matches(hashed: string, given: string): Promise<boolean> {
  const { hasher } = makeHasher()
  const verdict = await hasher.verify(given, await hasher.hash(hashed))
  return verdict.matches
}

describe('PasswordHasher', () => {
  it('stores argon2id at the configured cost, with a new salt', async () => {
    const { hasher } = makeHasher()
    const [one, two] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')]
    expect(one).toMatch(/^\$argon2id\$v=19\$m=16,t=2,p=1\$/)
    expect(parseOptions(one)).toMatchObject({ saltLen: 16, outputLen: 32 })
    expect(one).not.toBe(two)
  })

  it('accepts the right password and refuses a wrong one', async () => {
    expect(await matches('correct horse', 'correct horse')).toBe(true)
    expect(await matches('correct horse', 'correct house')).toBe(false)
  })

  it.each([73, 200, 256])('A45: distinguishes passwords that differ only at byte %i', async (byte) => {
    const start = 'x'.repeat(byte - 1)
    expect(await matches(`${start}a`, `${start}b`)).toBe(false)
    expect(await matches(`${start}a`, start)).toBe(false)
    expect(await matches(`${start}a`, `${start}a`)).toBe(true)
  })

  it('A45: reads beyond a NUL', async () => {
    expect(await matches('correct\0horse', 'correct\0house')).toBe(false)
    expect(await matches('correct\0horse', 'correct')).toBe(false)
  })

  it('A47: treats composed, decomposed and full-width spellings as the same password', async () => {
    expect(await matches('Grüße aus Ḃrno'.normalize('NFC'), 'Grüße aus Ḃrno'.normalize('NFD'))).toBe(true)
    expect(await matches('pass1234', 'ｐａｓｓ１２３４')).toBe(true)
  })

  it.each([
    ['Password', 'password'],
    ['correct horse', 'correct horse '],
    ['correct horse', ' correct horse'],
    ['correct  horse', 'correct horse'],
  ])('A47: keeps case and spaces: %j is not %j', async (hashed, given) => {
    expect(await matches(hashed, given)).toBe(false)
  })

  it('A51: asks for a new hash when the cost has risen, and not otherwise', async () => {
    const old = await makeHasher().hasher.hash('correct horse')
    const verdictAt = (cost: typeof cheap) => makeHasher(cost).hasher.verify('correct horse', old)
    const right = { matches: true, needsRehash: false }
    expect(await verdictAt(cheap)).toEqual(right)
    expect(await verdictAt({ ...cheap, iterations: 1 })).toEqual(right)
    expect(await verdictAt({ ...cheap, memoryKib: 17 })).toEqual({ matches: true, needsRehash: true })
    expect(await verdictAt({ ...cheap, iterations: 3 })).toEqual({ matches: true, needsRehash: true })
    expect(await verdictAt({ ...cheap, memoryKib: 32, parallelism: 2 })).toEqual({
      matches: true,
      needsRehash: true,
    })
  })

  it.each([
    [
      'another kind',
      '$argon2i$v=19$m=16,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$dJ6/En9lhf3uDs850wB+s4hMhhmWPYBu4orCG99EiS0',
    ],
    [
      'an older version',
      '$argon2id$v=16$m=16,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$hgQ6hvlep2XwgelkitxRXaxBn7y0EJbjEhF9LBBQg0I',
    ],
  ])('A51: asks for a new hash when the stored one is of %s', async (_, hash) => {
    expect(await makeHasher().hasher.verify('correct horse', hash)).toEqual({
      matches: true,
      needsRehash: true,
    })
  })

  it('A51: never asks to hash a wrong password again', async () => {
    const old = await makeHasher().hasher.hash('correct horse')
    const verdict = await makeHasher({ ...cheap, iterations: 3 }).hasher.verify('correct house', old)
    expect(verdict).toEqual({ matches: false, needsRehash: false })
  })

  it('A34: does one verification for an unknown account, as for a known one, and does not accept it', async () => {
    const { hasher, queue } = makeHasher()
    for (const password of ['correct horse', '', 'x'.repeat(300)]) {
      const before = queue.jobs
      expect(await hasher.verify(password, null)).toEqual({ matches: false, needsRehash: false })
      expect(queue.jobs).toBe(before + 1)
    }
  })

  it('A34: an unknown account takes about as long as a wrong password', async () => {
    const { hasher } = makeHasher({ memoryKib: 4096, iterations: 2, parallelism: 1 })
    const hash = await hasher.hash('correct horse')
    await hasher.warmUp()
    const fastestMs = { unknown: Number.POSITIVE_INFINITY, wrong: Number.POSITIVE_INFINITY }
    // In turns, so that whatever else the machine does slows both.
    for (let round = 0; round < 9; round += 1) {
      for (const [name, stored] of [['unknown', null] as const, ['wrong', hash] as const]) {
        const start = performance.now()
        await hasher.verify('wrong', stored)
        fastestMs[name] = Math.min(fastestMs[name], performance.now() - start)
      }
    }
    const ratio = fastestMs.unknown / fastestMs.wrong
    expect(ratio).toBeGreaterThan(0.4)
    expect(ratio).toBeLessThan(2.5)
  })

  it('A44: refuses a password of a million characters, and quickly', async () => {
    const { hasher } = makeHasher()
    const hash = await hasher.hash('correct horse')
    const start = performance.now()
    // Combining marks out of order are what normalising takes longest for.
    const huge = `a${'\u0301\u0323'.repeat(500_000)}`
    expect(await hasher.verify(huge, hash)).toEqual({ matches: false, needsRehash: false })
    expect((await hasher.verify(huge, await hasher.hash(''))).matches).toBe(false)
    await expect(hasher.hash(huge)).rejects.toThrow(RangeError)
    expect(performance.now() - start).toBeLessThan(1000)
  })

  it('refuses a password that contains half a character', async () => {
    const { hasher } = makeHasher()
    const hash = await hasher.hash('pass\ufffdword')
    expect((await hasher.verify('pass\ud800word', hash)).matches).toBe(false)
    await expect(hasher.hash('pass\ud800word')).rejects.toThrow(RangeError)
  })

  it('throws for a damaged hash, and does not report a wrong password', async () => {
    const { hasher, queue } = makeHasher()
    const hash = await hasher.hash('correct horse')
    const damaged = ['', 'correct horse', hash.slice(0, -1), hash.slice(0, -3), hash.slice(0, 40), `${hash} `]
    for (const stored of damaged) {
      await expect(hasher.verify('correct horse', stored)).rejects.toThrow('damaged')
    }
    expect(queue.jobs).toBe(1)
  })

  it('waits in the queue under the key of the client, and passes on the refusal of the queue', async () => {
    const queue = new FairQueue({ concurrency: 1, depth: 1, deadlineMs: 1000 })
    const hasher = new PasswordHasher({ cost: cheap, queue })
    const first = hasher.hash('correct horse', { clientKey: '192.0.2.1' })
    const again = hasher.verify('correct horse', null, { clientKey: '192.0.2.1' })
    await expect(again).rejects.toMatchObject({ problem: overloaded })
    expect((await hasher.verify('correct horse', null, { clientKey: '198.51.100.2' })).matches).toBe(false)
    await first
  })
})
