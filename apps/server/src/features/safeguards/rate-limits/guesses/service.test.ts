import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../../tests/support/frozen-clock.ts'
import {
  createMigratedDatabase,
  type MigratedDatabase,
  openDatabase,
} from '../../../../../tests/support/test-database.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { freeGuesses, waitSeconds } from './model.ts'
import { GuessesRepository } from './repository.ts'
import { GuessesService } from './service.ts'

const target = (subject: string, client = '192.0.2.1') =>
  ({ authenticator: 'password', subject: ['account', subject], client }) as const

describe('the wait after failures in a row', () => {
  it('is none at first, then grows up to an hour and never further', () => {
    expect(waitSeconds(freeGuesses - 1)).toBe(0)
    expect(waitSeconds(freeGuesses)).toBe(30)
    expect(waitSeconds(freeGuesses + 1)).toBe(60)
    expect(waitSeconds(freeGuesses + 1_000)).toBe(3_600)
  })
})

describe.each(engines)('guesses on $name', (engine) => {
  let database: MigratedDatabase
  let otherNode: Database
  const clock = new FrozenClock()
  const nodeOn = (db: Database) =>
    new GuessesService({ db, guesses: new GuessesRepository(), clock, isOn: true })
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

  async function isTaken(service: GuessesService, subject: string, client?: string): Promise<boolean> {
    try {
      await service.take(await service.open(target(subject, client)))
      return true
    } catch (error) {
      if (error instanceof Failure && error.problem.code === 'rate_limited') return false
      throw error
    }
  }

  async function exhaust(subject: string): Promise<void> {
    for (let guess = 0; guess < freeGuesses; guess++) expect(await isTaken(guesses, subject)).toBe(true)
    expect(await isTaken(guesses, subject)).toBe(false)
  }

  it('A39: admits of a thousand tries at once, on two nodes, exactly as many as are free', async () => {
    const nodes = [guesses, nodeOn(otherNode)]
    const tries = Array.from({ length: 1_000 }, (_, index) => isTaken(nodes[index % 2] ?? guesses, 'burst'))
    const admitted = (await Promise.all(tries)).filter((taken) => taken)
    expect(admitted).toHaveLength(freeGuesses)
  })

  it('A38: lets one more try through after each wait, and the waits grow', async () => {
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

  it('A38: says how many seconds are left', async () => {
    await exhaust('hasty')
    clock.advance(10)
    await expect(guesses.open(target('hasty'))).rejects.toMatchObject({ retryAfterSeconds: 20 })
  })

  it('begins anew after a success', async () => {
    await guesses.take(await guesses.open(target('owner')))
    await guesses.succeed(database.db, await guesses.open(target('owner')))
    await exhaust('owner')
  })

  it('lets nobody make the owner wait where the right password has come from before', async () => {
    await guesses.succeed(database.db, await guesses.open(target('victim', '198.51.100.7')))
    await exhaust('victim')
    expect(await isTaken(guesses, 'victim', '198.51.100.7')).toBe(true)
  })

  it('gives a known client a budget that is small too', async () => {
    await guesses.succeed(database.db, await guesses.open(target('careless', '198.51.100.7')))
    for (let guess = 0; guess < freeGuesses; guess++) await isTaken(guesses, 'careless', '198.51.100.7')
    expect(await isTaken(guesses, 'careless', '198.51.100.7')).toBe(false)
    expect(await isTaken(guesses, 'careless', '192.0.2.1')).toBe(true)
  })

  it('keeps a budget of everybody else as it is when a known client succeeds', async () => {
    await guesses.succeed(database.db, await guesses.open(target('busy', '198.51.100.7')))
    await exhaust('busy')
    await guesses.succeed(database.db, await guesses.open(target('busy', '198.51.100.7')))
    expect(await isTaken(guesses, 'busy')).toBe(false)
  })

  it('has no text that passes for the budget of another: not one with the parts of its name in it', async () => {
    const [account, client] = ['0b9d', '198.51.100.7']
    await guesses.succeed(database.db, await guesses.open(target(account, client)))
    await exhaust(`${account} ${client}`)
    expect(await isTaken(guesses, account, client)).toBe(true)
  })

  it('forgets what nobody has tried for a month, and clients that nobody has used for half a year', async () => {
    await exhaust('forgotten')
    await guesses.succeed(database.db, await guesses.open(target('faithful', '198.51.100.8')))
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
