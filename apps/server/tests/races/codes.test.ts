import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CodesRepository } from '../../src/features/authenticators/codes/repository.ts'
import { type CodeGuess, CodesService } from '../../src/features/authenticators/codes/service.ts'
import { guessPolicies } from '../../src/features/safeguards/rate-limits/guesses/model.ts'
import { GuessesRepository } from '../../src/features/safeguards/rate-limits/guesses/repository.ts'
import { GuessesService } from '../../src/features/safeguards/rate-limits/guesses/service.ts'
import { KeyedDigests } from '../../src/platform/crypto/keyed-digests.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { Failure } from '../../src/platform/kernel/failures.ts'
import { codeFor, guessAt, issueCode, useCode, wrongCode } from '../support/codes.ts'
import { delayed } from '../support/delayed-database.ts'
import { engines } from '../support/engines.ts'
import { FrozenClock } from '../support/frozen-clock.ts'
import { raceSize } from '../support/race-size.ts'
import { createMigratedDatabase, type MigratedDatabase, openDatabase } from '../support/test-database.ts'
import { testSecret } from '../support/test-server.ts'

const many = raceSize
const { freeGuesses } = guessPolicies.verification
const clock = new FrozenClock()

/** The codes of one node, on storage that is slow to answer. */
function codesOn(db: Database, isOn = true): CodesService {
  const audit = { recordThrottled: async () => undefined }
  const keyedDigests = new KeyedDigests({ current: testSecret })
  const guesses = new GuessesService({
    db,
    audit,
    guesses: new GuessesRepository(),
    keyedDigests,
    clock,
    isOn,
    hidesLimit: false,
  })
  return new CodesService({
    db,
    codes: new CodesRepository(),
    keyedDigests,
    guesses,
    clock,
  })
}

describe.each(engines)('a code that many use at once, on $name', { tags: ['long'] }, (engine) => {
  let database: MigratedDatabase
  let otherDb: Database
  let dbs: readonly [Database, Database]
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    otherDb = openDatabase(database.url)
    dbs = [delayed(database.db, 5), delayed(otherDb, 5)]
  })
  afterAll(async () => {
    await otherDb?.destroy()
    await database?.drop()
  })

  const dbAt = (index: number) => dbs[index % 2 === 0 ? 0 : 1]

  /** How often each outcome occurs. */
  async function race(attempt: (index: number) => Promise<string>): Promise<Record<string, number>> {
    const counts: Record<string, number> = {}
    const run = async (index: number): Promise<string> => {
      try {
        return await attempt(index)
      } catch (error) {
        if (!(error instanceof Failure)) throw error
        // A client repeats a call that a busy server has not done.
        return error.problem.code === 'unavailable' ? await run(index) : error.problem.code
      }
    }
    for (const outcome of await Promise.all(Array.from({ length: many }, (_, index) => run(index))))
      counts[outcome] = (counts[outcome] ?? 0) + 1
    return counts
  }

  async function guess(index: number, asked: ReturnType<typeof codeFor>, about: CodeGuess, isOn?: boolean) {
    const db = dbAt(index)
    const result = await codesOn(db, isOn).check(about)
    if (!result.isRight) return 'wrong'
    return (await useCode({ db }, result, [asked.contact])) === null ? 'too late' : 'proved'
  }

  it('A81: works once as a link, on two nodes', async () => {
    const asked = codeFor()
    const { linkToken } = await issueCode({ db: database.db, codes: codesOn(database.db) }, asked)
    const counts = await race(async (index) => {
      const db = dbAt(index)
      const result = await codesOn(db).checkLink(db, 'verification', linkToken)
      if (!result.isRight) return 'wrong'
      return (await useCode({ db }, result, [asked.contact])) === null ? 'too late' : 'proved'
    })
    expect(counts['proved']).toBe(1)
    expect((counts['too late'] ?? 0) + (counts['wrong'] ?? 0)).toBe(many - 1)
  })

  it('A81: works once as digits, on two nodes, even if nothing limits the tries', async () => {
    const asked = codeFor()
    const { code } = await issueCode({ db: database.db, codes: codesOn(database.db) }, asked)
    const counts = await race((index) => guess(index, asked, guessAt(asked, code), false))
    expect(counts['proved']).toBe(1)
    expect((counts['too late'] ?? 0) + (counts['wrong'] ?? 0)).toBe(many - 1)
  })

  it('A39: is tried five times if all are wrong, on two nodes', async () => {
    const asked = codeFor()
    const { code } = await issueCode({ db: database.db, codes: codesOn(database.db) }, asked)
    const about = guessAt(asked, wrongCode(code))
    const counts = await race((index) => guess(index, asked, about))
    expect(counts).toEqual({ wrong: freeGuesses, rate_limited: many - freeGuesses })
    // After a restart too.
    const restarted = openDatabase(database.url)
    try {
      await expect(codesOn(restarted).check(guessAt(asked, code))).rejects.toThrow(Failure)
    } finally {
      await restarted.destroy()
    }
  })

  it('A82: of many new codes, one is valid', async () => {
    const asked = codeFor()
    const tokens: string[] = []
    await race(async (index) => {
      const db = dbAt(index)
      tokens.push((await issueCode({ db, codes: codesOn(db) }, asked)).linkToken)
      return 'issued'
    })
    const { db } = database
    const valid = await Promise.all(tokens.map((token) => codesOn(db).checkLink(db, 'verification', token)))
    expect(valid.filter(({ isRight }) => isRight)).toHaveLength(1)
    expect(
      await db.selectFrom('codes').select('slot').where('account_id', '=', asked.accountId).execute(),
    ).toHaveLength(1)
  })
})
