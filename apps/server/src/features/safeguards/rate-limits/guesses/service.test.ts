import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../../tests/support/frozen-clock.ts'
import { raceSize } from '../../../../../tests/support/race-size.ts'
import { requestFrom } from '../../../../../tests/support/request-context.ts'
import {
  createMigratedDatabase,
  type MigratedDatabase,
  openDatabase,
} from '../../../../../tests/support/test-database.ts'
import { testSecret } from '../../../../../tests/support/test-server.ts'
import { KeyedDigests } from '../../../../platform/crypto/keyed-digests.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { type Guess, guessPolicies, waitSeconds } from './model.ts'
import { GuessesRepository } from './repository.ts'
import { GuessesService } from './service.ts'

const policy = guessPolicies.password
const { freeGuesses } = policy

describe('the wait after wrong guesses in a row', () => {
  it('is zero at first, then grows to at most an hour', () => {
    expect(waitSeconds(policy, freeGuesses - 1)).toBe(0)
    expect(waitSeconds(policy, freeGuesses)).toBe(30)
    expect(waitSeconds(policy, freeGuesses + 1)).toBe(60)
    expect(waitSeconds(policy, freeGuesses + 1_000)).toBe(3_600)
  })

  it('follows the policy of the authenticator', () => {
    const strict = { freeGuesses: 5, firstWaitSeconds: 600, waitMaxSeconds: 900 }
    expect([4, 5, 6, 60].map((failures) => waitSeconds(strict, failures))).toEqual([0, 600, 900, 900])
  })
})

describe.each(engines)('guesses on $name', (engine) => {
  let database: MigratedDatabase
  let otherNode: Database
  const clock = new FrozenClock()
  const throttled: string[] = []
  const audit = {
    recordThrottled: async (
      _db: unknown,
      action: string,
      _subject: unknown,
      _context: unknown,
      key: string,
    ) => void throttled.push(`${action} ${key}`),
  }
  const keyedDigests = new KeyedDigests({ current: testSecret })
  const rules = { clock, keyedDigests, isOn: true, hidesLimit: false }
  const nodeOn = (db: Database) =>
    new GuessesService({ ...rules, db, audit, guesses: new GuessesRepository() })
  let guesses: GuessesService

  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    otherNode = openDatabase(database.url)
    guesses = nodeOn(database.db)
  })
  afterAll(async () => {
    await otherNode?.destroy()
    await database?.drop()
  })

  function guessAt(subject: string, address?: string): Omit<Guess<string>, 'verify'> {
    return {
      authenticator: 'password',
      subject: ['account', subject],
      typed: null,
      context: requestFrom(address),
      action: 'sign_in',
      auditSubject: { accountId: null },
    }
  }

  async function isTaken(service: GuessesService, subject: string, address?: string): Promise<boolean> {
    const verify = async (count: () => Promise<boolean>) => {
      await count()
      return null
    }
    try {
      expect(await service.evaluate({ ...guessAt(subject, address), verify })).toEqual({
        isRight: false,
        isLimited: false,
      })
      return true
    } catch (error) {
      if (error instanceof Failure && error.problem.code === 'rate_limited') return false
      throw error
    }
  }

  async function succeed(subject: string, address?: string): Promise<void> {
    const verify = async (count: () => Promise<boolean>) => {
      await count()
      return 'what was found'
    }
    const result = await guesses.evaluate({ ...guessAt(subject, address), verify })
    if (!result.isRight) throw new Error('the guess was right')
    expect(result.value).toBe('what was found')
    await inTransaction(database.db, (transaction) => result.confirm(transaction))
  }

  async function exhaust(subject: string): Promise<void> {
    for (let guess = 0; guess < freeGuesses; guess++) expect(await isTaken(guesses, subject)).toBe(true)
    expect(await isTaken(guesses, subject)).toBe(false)
  }

  it('A39: of many guesses at once, on two servers, exactly as many as are free are verified', async () => {
    const nodes = [guesses, nodeOn(otherNode)]
    const tries = Array.from({ length: raceSize }, (_, index) =>
      isTaken(nodes[index % 2] ?? guesses, 'burst'),
    )
    const admitted = (await Promise.all(tries)).filter((taken) => taken)
    expect(admitted).toHaveLength(freeGuesses)
  })

  it('A38: allows one more try after each wait, and the waits grow', async () => {
    await exhaust('patient')
    clock.advance(29)
    expect(await isTaken(guesses, 'patient')).toBe(false)
    clock.advance(1)
    expect(await isTaken(guesses, 'patient')).toBe(true)
    clock.advance(59)
    expect(await isTaken(guesses, 'patient')).toBe(false)
    clock.advance(1)
    expect(await isTaken(guesses, 'patient')).toBe(true)
  })

  it('A38: says how many seconds are left, and verifies nothing until then', async () => {
    await exhaust('hasty')
    clock.advance(10)
    const verify = async () => expect.unreachable('the guess comes too early')
    await expect(guesses.evaluate({ ...guessAt('hasty'), verify })).rejects.toMatchObject({
      retryAfterSeconds: 20,
    })
  })

  it('A38: never says too few seconds', async () => {
    await exhaust('half')
    clock.advance(0.5)
    const verify = async () => expect.unreachable('the guess comes too early')
    await expect(guesses.evaluate({ ...guessAt('half'), verify })).rejects.toMatchObject({
      retryAfterSeconds: 30,
    })
  })

  it('A38: wait no longer than their number asks for if the clock that counted them was a day ahead', async () => {
    clock.advance(86_400)
    await exhaust('ahead')
    clock.advance(-86_400)
    const verify = async () => expect.unreachable('the guess comes too early')
    await expect(guesses.evaluate({ ...guessAt('ahead'), verify })).rejects.toMatchObject({
      retryAfterSeconds: 30,
    })
    clock.advance(30)
    expect(await isTaken(guesses, 'ahead')).toBe(true)
  })

  it('I15: are recorded if they come too early, under a key that no other subject has', async () => {
    await exhaust('recorded')
    expect(throttled.at(-1)).toBe('sign_in ["sign_in","password","account","recorded"]')
  })

  it('I3: are counted before they are verified, or not accepted', async () => {
    const verify = async () => 'a verifier that does not count'
    await expect(guesses.evaluate({ ...guessAt('uncounted'), verify })).rejects.toThrow(
      'before it was counted',
    )
  })

  it('count as wrong until they are confirmed, and cost nothing if they are never verified', async () => {
    const before = await countOf('guess_budgets')
    const busy = async () => await Promise.reject(new Error('the queue is full'))
    await expect(guesses.evaluate({ ...guessAt('unconfirmed'), verify: busy })).rejects.toThrow('full')
    expect(await countOf('guess_budgets')).toBe(before)
    const verify = async (count: () => Promise<boolean>) => {
      await count()
      return 'right'
    }
    const result = await guesses.evaluate({ ...guessAt('unconfirmed'), verify })
    expect(await countOf('guess_budgets')).toBe(before + 1)
    const undone = inTransaction(database.db, async (transaction) => {
      if (result.isRight) await result.confirm(transaction)
      throw new Error('what the guess was given for has failed')
    })
    await expect(undone).rejects.toThrow('failed')
    expect(await countOf('guess_budgets')).toBe(before + 1)
    await inTransaction(database.db, async (transaction) => {
      if (result.isRight) await result.confirm(transaction)
    })
    expect(await countOf('guess_budgets')).toBe(before)
  })

  it('start from zero again after a success', async () => {
    expect(await isTaken(guesses, 'owner')).toBe(true)
    await succeed('owner')
    await exhaust('owner')
  })

  it('of others do not make the owner wait at a client that has signed in before', async () => {
    await succeed('victim', '198.51.100.7')
    await exhaust('victim')
    expect(await isTaken(guesses, 'victim', '198.51.100.7')).toBe(true)
  })

  it('give a known client a budget that is small too', async () => {
    await succeed('careless', '198.51.100.7')
    for (let guess = 0; guess < freeGuesses; guess++) await isTaken(guesses, 'careless', '198.51.100.7')
    expect(await isTaken(guesses, 'careless', '198.51.100.7')).toBe(false)
    expect(await isTaken(guesses, 'careless', '192.0.2.1')).toBe(true)
  })

  it('keep the shared budget as it is when a known client succeeds', async () => {
    await succeed('busy', '198.51.100.7')
    await exhaust('busy')
    await succeed('busy', '198.51.100.7')
    expect(await isTaken(guesses, 'busy')).toBe(false)
  })

  it('never share a budget with another subject, even if the parts of its name are similar', async () => {
    const [account, client] = ['0b9d', '198.51.100.7']
    await succeed(account, client)
    await exhaust(`${account} ${client}`)
    expect(await isTaken(guesses, account, client)).toBe(true)
  })

  it('are forgotten after a month, and known clients after half a year', async () => {
    await exhaust('forgotten')
    await succeed('faithful', '198.51.100.8')
    clock.advance(29 * 86_400)
    await guesses.purge(500)
    expect(await countOf('known_clients')).toBeGreaterThan(0)
    clock.advance(160 * 86_400)
    while ((await guesses.purge(2)) > 0 || (await guesses.purgeClients(2)) > 0);
    expect(await countOf('guess_budgets')).toBe(0)
    expect(await countOf('known_clients')).toBe(0)
  })

  async function countOf(table: 'guess_budgets' | 'known_clients'): Promise<number> {
    return (await database.db.selectFrom(table).selectAll().execute()).length
  }
})
