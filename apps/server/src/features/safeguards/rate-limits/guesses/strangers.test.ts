import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import { testSecret } from '../../../../../tests/support/test-server.ts'
import { KeyedDigests } from '../../../../platform/crypto/keyed-digests.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import { guessPolicies } from './model.ts'
import { GuessesRepository } from './repository.ts'
import { GuessesService } from './service.ts'

const { freeGuesses } = guessPolicies.password

describe.each(engines)('guesses of strangers on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  /** A node that hides from strangers that there were too many wrong guesses, as with strict privacy, or shows it. */
  const nodeThat = ({ hidesLimit }: { readonly hidesLimit: boolean }) =>
    new GuessesService({
      db: database.db,
      audit: { recordThrottled: async () => undefined },
      guesses: new GuessesRepository(),
      keyedDigests: new KeyedDigests({ current: testSecret }),
      clock: new FrozenClock(),
      isOn: true,
      hidesLimit,
    })
  const evaluate = (service: GuessesService, subject: string, value: string | null, address?: string) =>
    service.evaluate({
      authenticator: 'password',
      subject: ['account', subject],
      typed: ['username', subject],
      context: requestFrom(address),
      action: 'sign_in',
      auditSubject: { accountId: null },
      verify: async (count) => {
        await count()
        return value
      },
    })
  /** Makes a right guess, and the act that it is for. */
  async function succeed(service: GuessesService, subject: string, address: string): Promise<void> {
    const right = await evaluate(service, subject, 'right', address)
    if (!right.isRight) throw new Error('the guess was right')
    await inTransaction(database.db, (transaction) => right.confirm(transaction))
  }
  const wrong = { isRight: false, isLimited: false }

  it('A34: get the answer of a wrong guess if they come too early, and only the caller learns why', async () => {
    const service = nodeThat({ hidesLimit: true })
    for (let guess = 0; guess < freeGuesses; guess++)
      expect(await evaluate(service, 'hidden', null)).toEqual(wrong)
    for (const value of [null, 'right'])
      expect(await evaluate(service, 'hidden', value)).toEqual({ isRight: false, isLimited: true })
  })

  it('A34: are stored once each if they come too early, as if they were counted', async () => {
    await database.db.deleteFrom('guess_budgets').execute()
    const service = nodeThat({ hidesLimit: true })
    for (let guess = 0; guess < freeGuesses + 3; guess++) await evaluate(service, 'early', null)
    const budgets = await database.db.selectFrom('guess_budgets').select(['failures', 'refusals']).execute()
    expect(budgets).toEqual([{ failures: freeGuesses, refusals: 3 }])
  })

  it('are refunded without a read, unless wrong ones were counted for what the stranger typed', async () => {
    const refundOf = async (service: GuessesService, subject: string) => {
      expect(await evaluate(service, subject, null)).toEqual(wrong)
      const right = await evaluate(service, subject, 'right')
      return right.isRight && right.refund
    }
    expect(await refundOf(nodeThat({ hidesLimit: true }), 'only the account')).toEqual(expect.any(Array))
    expect(await refundOf(nodeThat({ hidesLimit: false }), 'both')).toBeNull()
  })

  it('wait no longer for the wrong guesses that an owner has made and then refunded', async () => {
    const guesses = nodeThat({ hidesLimit: false })
    const home = '198.51.100.9'
    await succeed(guesses, 'home', home)
    const half = freeGuesses / 2
    for (let guess = 0; guess < half; guess++) {
      expect(await evaluate(guesses, 'home', null)).toEqual(wrong)
      expect(await evaluate(guesses, 'home', null, home)).toEqual(wrong)
    }
    await expect(evaluate(guesses, 'home', null)).rejects.toMatchObject({ retryAfterSeconds: 30 })
    await succeed(guesses, 'home', home)
    for (let guess = half; guess < freeGuesses - 1; guess++)
      expect(await evaluate(guesses, 'home', null), String(guess)).toEqual(wrong)
  })
})
