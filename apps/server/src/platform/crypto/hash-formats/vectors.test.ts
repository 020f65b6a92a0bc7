import { describe, expect, it } from 'vitest'
import { FairQueue } from '../../kernel/fair-queue.ts'
import { readImportedHash } from '../imported-hash.ts'
import { PasswordHasher } from '../password-hasher.ts'
import { type Vector, vectors } from './vectors.data.ts'

const queue = new FairQueue({ concurrency: 2, depth: 100, deadlineMs: 60_000 })
const cost = { memoryKib: 16, iterations: 2, parallelism: 1 }

/** The forms that more than one system writes, and those that only their maker's parameters complete. */
const needsFamily = /^(?:md5|sha1)\$|^[0-9a-f]+$/

function hintsOf({ family, pepper, salt, firebase, hash }: Vector, withFamily: boolean) {
  const isNamed = withFamily || needsFamily.test(hash) || /^sha(?:256|512)$|^firebase$/.test(family)
  return {
    ...(isNamed && { family }),
    ...(salt !== undefined && { salt }),
    ...(firebase !== undefined && { firebase }),
    isPeppered: pepper !== undefined,
  }
}

async function store(hasher: PasswordHasher, vector: Vector, withFamily: boolean): Promise<string> {
  const imported = readImportedHash(vector.hash, hintsOf(vector, withFamily))
  if (imported.kind === 'refused') throw new Error(imported.reason)
  return imported.kind === 'weak' ? await hasher.wrap(imported.hash) : imported.stored
}

const named = vectors.map((vector, index) => [`${index} of ${vector.maker}`, vector] as const)

describe('a hash by its own maker', () => {
  it.each(named)('A46: %s matches its password, and no other', async (_, vector) => {
    const hasher = new PasswordHasher({ cost, queue, importedPepper: vector.pepper ?? null })
    const stored = await store(hasher, vector, false)
    expect(stored.length).toBeLessThanOrEqual(254)
    expect(await hasher.verify(vector.password, stored)).toEqual({
      matches: true,
      // The only one that this server could have made, and at a higher cost.
      needsRehash: !(vector.hash.startsWith('$argon2id$') && vector.family === 'argon2'),
    })
    expect((await hasher.verify(`${vector.password}x`, stored)).matches).toBe(false)
  })

  it('A46: is read in the same way if its family is named', async () => {
    for (const vector of vectors) {
      const readings = [false, true].map((withFamily) =>
        readImportedHash(vector.hash, hintsOf(vector, withFamily)),
      )
      expect(
        readings.map(({ kind }) => kind),
        vector.hash,
      ).toEqual([readings[0]?.kind, readings[0]?.kind])
    }
  })

  it('A46: that lost its end is refused with a reason, and the reason does not repeat it', () => {
    for (const vector of vectors) {
      // Directories always write the padding. To lose it is to lose nothing of other hashes.
      const whole = vector.family === 'ldap' ? vector.hash : vector.hash.replace(/=+$/, '')
      for (const lost of [1, 2, 5, 20]) {
        const imported = readImportedHash(whole.slice(0, -lost), hintsOf(vector, true))
        expect(imported.kind, `${vector.hash} without ${lost}`).toBe('refused')
        if (imported.kind !== 'refused') continue
        expect(imported.reason).toMatch(/incomplete or damaged|not a password hash/)
        expect(imported.reason).not.toContain(vector.hash.slice(0, 30))
      }
    }
  })

  it('A46: of Werkzeug, cut at the 128 characters of a narrow column, is refused by its length', () => {
    const whole = vectors.find(({ hash }) => hash.startsWith('scrypt:'))?.hash ?? ''
    expect(whole).toHaveLength(162)
    expect(readImportedHash(whole.slice(0, 128))).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('it has 128 characters'),
    })
  })
})
