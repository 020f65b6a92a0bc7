import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeFor, guessAt, issueCode, useCode, wrongCode } from '../../../../tests/support/codes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import {
  createMigratedDatabase,
  dump,
  type MigratedDatabase,
} from '../../../../tests/support/test-database.ts'
import { KeyedDigests } from '../../../platform/crypto/keyed-digests.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { GuessesRepository } from '../../safeguards/rate-limits/guesses/repository.ts'
import { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import { type AnyPurpose, type CodeContact, type CodePurpose, codeMinutes, resendSeconds } from './model.ts'
import { CodesRepository } from './repository.ts'
import { CodesService } from './service.ts'

const current = 'the secret of today, for these tests 0123456789'
const email = (canonical: string) => ({ kind: 'email', canonical }) as const

describe.each(engines)('codes on $name', (engine) => {
  let database: MigratedDatabase
  let db: Database
  let codes: CodesService
  const clock = new FrozenClock()
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    db = database.db
    codes = nodeWith({ current })
  })
  afterAll(async () => await database?.drop())

  function nodeWith(secrets: ConstructorParameters<typeof KeyedDigests>[0]): CodesService {
    const audit = { recordThrottled: async () => undefined }
    const repository = new GuessesRepository()
    const guesses = new GuessesService({
      db,
      audit,
      guesses: repository,
      keyedDigests: new KeyedDigests({ current }),
      clock,
      isOn: true,
      hidesLimit: false,
    })
    return new CodesService({
      db,
      codes: new CodesRepository(),
      keyedDigests: new KeyedDigests(secrets),
      guesses,
      clock,
    })
  }

  /** What the code does: `proved`, or why it does nothing. */
  async function outcome(
    guess: ReturnType<typeof guessAt>,
    contact: CodeContact = email('amina@example.com'),
  ) {
    try {
      const result = await codes.check(guess)
      if (!result.isRight) return result.isExpired ? 'expired' : 'wrong'
      return (await useCode({ db }, result, [contact])) === null ? 'not proved' : 'proved'
    } catch (error) {
      if (error instanceof Failure) return error.problem.code
      throw error
    }
  }

  it('A81: work once, as digits or as a link', async () => {
    const asked = codeFor()
    const { code } = await issueCode({ db, codes }, asked)
    expect(code).toMatch(/^\d{6}$/)
    expect(await outcome(guessAt(asked, code))).toBe('proved')
    expect(await outcome(guessAt(asked, code))).toBe('wrong')
    const { linkToken, code: digits } = await issueCode({ db, codes }, asked)
    const link = async () => await codes.checkLink(db, 'verification', linkToken)
    expect(await useCode({ db }, await link(), [asked.contact])).toEqual(asked.contact)
    expect(await link()).toMatchObject({ isRight: false })
    expect(await outcome(guessAt(asked, digits))).toBe('wrong')
  })

  it('I1, A81: are used up by one of two who had both been told that theirs is right', async () => {
    const asked = codeFor()
    const { code, linkToken } = await issueCode({ db, codes }, asked)
    const proofs = [
      await codes.check(guessAt(asked, code)),
      await codes.checkLink(db, 'verification', linkToken),
    ]
    const used = []
    for (const proof of proofs) used.push(await useCode({ db }, proof, [asked.contact]))
    expect(used).toEqual([asked.contact, null])
  })

  it('A90: are not used up by looking at their link', async () => {
    const asked = codeFor()
    const { linkToken } = await issueCode({ db, codes }, asked)
    for (let look = 0; look < 20; look++)
      expect((await codes.checkLink(db, 'verification', linkToken)).isRight).toBe(true)
  })

  it('A82: are invalid once a newer one was sent', async () => {
    const asked = codeFor()
    const older = await issueCode({ db, codes }, asked)
    const newer = await issueCode({ db, codes }, asked)
    if (older.code !== newer.code) expect(await outcome(guessAt(asked, older.code))).toBe('wrong')
    expect(await codes.checkLink(db, 'verification', older.linkToken)).toMatchObject({ isRight: false })
    expect(await outcome(guessAt(asked, newer.code))).toBe('proved')
  })

  it('A88: stay valid if the message with a newer one is withheld', async () => {
    const asked = codeFor()
    const { code } = await issueCode({ db, codes }, asked)
    const withheld = await issueCode({ db, codes }, asked, false)
    expect(await codes.checkLink(db, 'verification', withheld.linkToken)).toMatchObject({ isRight: false })
    expect(await outcome(guessAt(asked, code))).toBe('proved')
  })

  it('A88: are made once for two who ask at the same moment: the second one is told of the first', async () => {
    const asked = codeFor()
    const haveBothBegun = Promise.withResolvers<void>()
    const told: boolean[] = []
    let began = 0
    const ask = () =>
      inTransaction(db, (transaction) =>
        codes.issue(transaction, asked, async (_issued, wasJustIssued) => {
          began += 1
          // SQLite lets one of them begin when the other has ended.
          if (began === 2 || engine.name === 'SQLite') haveBothBegun.resolve()
          await haveBothBegun.promise
          told.push(wasJustIssued)
          return !wasJustIssued
        }),
      )
    await Promise.all([ask(), ask()])
    expect(told.slice(-2)).toEqual([false, true])
  })

  it('A83: prove nothing for another account, or in another flow', async () => {
    const [asked, other] = [codeFor(), codeFor()]
    const { code } = await issueCode({ db, codes }, { ...asked, flow: 'one' })
    await issueCode({ db, codes }, other)
    expect(await outcome(guessAt({ ...asked, flow: 'another' }, code))).toBe('wrong')
    expect(await outcome(guessAt({ ...asked, flow: null }, code))).toBe('wrong')
    expect(await outcome(guessAt({ ...other, flow: 'one' }, code))).toBe('wrong')
    expect(await outcome(guessAt({ ...asked, flow: 'one' }, code))).toBe('proved')
  })

  it('I5: prove the contact that they were sent to and no other', async () => {
    const asked = codeFor()
    const { code } = await issueCode({ db, codes }, asked)
    expect(await outcome(guessAt(asked, code), email('mallory@example.com'))).toBe('not proved')
    expect(await outcome(guessAt(asked, code))).toBe('proved')
  })

  it('A84: expire, the digits before the link, to the second', async () => {
    const asked = codeFor()
    const { code, linkToken } = await issueCode({ db, codes }, asked)
    clock.advance(codeMinutes * 60 - 1)
    expect((await codes.check(guessAt(asked, code))).isRight).toBe(true)
    clock.advance(1)
    expect(await outcome(guessAt(asked, code))).toBe('expired')
    expect(await outcome(guessAt(asked, wrongCode(code)))).toBe('wrong')
    clock.advance(86_400 - codeMinutes * 60 - 1)
    expect((await codes.checkLink(db, 'verification', linkToken)).isRight).toBe(true)
    clock.advance(1)
    expect(await codes.checkLink(db, 'verification', linkToken)).toMatchObject({ isExpired: true })
  })

  /** In seconds; 0 if no one types the code, or if its message has no link. */
  const lives: Record<AnyPurpose, { readonly digits: number; readonly link: number }> = {
    verification: { digits: 600, link: 86_400 },
    contact_change: { digits: 600, link: 3_600 },
    recovery: { digits: 600, link: 3_600 },
    sign_in: { digits: 600, link: 600 },
    second_factor: { digits: 300, link: 0 },
    factor_recovery: { digits: 600, link: 0 },
    factor_recovery_wait: { digits: 0, link: 30 * 86_400 },
    sign_in_report: { digits: 0, link: 7 * 86_400 },
    recovery_token: { digits: 0, link: 600 },
    recovery_client: { digits: 0, link: 600 },
    recovery_wait: { digits: 0, link: 30 * 86_400 },
    invitation: { digits: 0, link: 3 * 86_400 },
  }
  const purposes = Object.keys(lives) as AnyPurpose[]

  const isTyped = (purpose: AnyPurpose): purpose is CodePurpose => lives[purpose].digits > 0

  it.each(purposes)('A84: for %s work as long as they should, and not a second longer', async (purpose) => {
    const { digits, link } = lives[purpose]
    const asked = { ...codeFor(`${purpose}@example.com`), purpose }
    const { code, linkToken } = await issueCode({ db, codes }, asked)
    if (isTyped(purpose)) {
      const typed = () => codes.check(guessAt({ ...asked, purpose }, code))
      clock.advance(digits - 1)
      expect((await typed()).isRight).toBe(true)
      clock.advance(1)
      expect(await typed()).toMatchObject({ isRight: false, isExpired: true })
    }
    const linked = () => codes.checkLink(db, purpose, linkToken)
    if (link > 0) {
      clock.advance(link - digits - 1)
      expect((await linked()).isRight).toBe(true)
      clock.advance(1)
    }
    expect(await linked()).toMatchObject({ isRight: false, isExpired: true })
  })

  it('A40: are tried five times, and no new code or flow starts the count again', async () => {
    const asked = codeFor('careful@example.com')
    const first = await issueCode({ db, codes }, asked)
    for (let wrong = 0; wrong < 5; wrong++)
      expect(await outcome(guessAt(asked, wrongCode(first.code), `198.51.100.${wrong}`))).toBe('wrong')
    expect(await outcome(guessAt(asked, first.code), asked.contact)).toBe('rate_limited')
    const flow = { ...asked, flow: 'another' }
    const { code } = await issueCode({ db, codes }, flow)
    expect(await outcome(guessAt(flow, code), asked.contact)).toBe('rate_limited')
    clock.advance(601)
    const late = await issueCode({ db, codes }, flow)
    expect(await outcome(guessAt(flow, wrongCode(late.code)))).toBe('wrong')
    clock.advance(601)
    expect(await outcome(guessAt(flow, late.code))).toBe('rate_limited')
    clock.advance(600)
    const { linkToken } = await issueCode({ db, codes }, flow)
    expect((await codes.checkLink(db, 'verification', linkToken, flow.flow)).isRight).toBe(true)
    // Nor is the link of one flow right in another.
    expect(await codes.checkLink(db, 'verification', linkToken)).toMatchObject({ isRight: false })
  })

  it('I4: are made for a holder without an account too, and prove nothing', async () => {
    const asked = {
      ...codeFor('nobody@example.com'),
      accountId: null,
      holder: ['email', 'nobody@example.com'],
    }
    const { code, linkToken } = await issueCode({ db, codes }, asked)
    expect(await outcome(guessAt(asked, code))).toBe('wrong')
    expect(await codes.checkLink(db, 'verification', linkToken)).toMatchObject({ isRight: false })
  })

  it('A85: are stored as digests that the database alone cannot reverse', async () => {
    const asked = codeFor('dumped@example.com')
    const { code, linkToken } = await issueCode({ db, codes }, asked)
    const texts = (await dump(db)).map(({ value }) => String(value))
    for (const secret of [code, linkToken, linkToken.slice(4), 'dumped@example.com'])
      expect(
        texts.filter((text) => text.includes(secret)),
        secret,
      ).toEqual([])
    const thief = nodeWith({ current: 'the secret of someone else, for these tests 0' })
    expect((await thief.check(guessAt(asked, code))).isRight).toBe(false)
    expect((await thief.checkLink(db, 'verification', linkToken)).isRight).toBe(false)
  })

  it('work on a server whose master secret was rotated since', async () => {
    const asked = codeFor('rotated@example.com')
    const { code, linkToken } = await issueCode({ db, codes }, asked)
    const rotated = nodeWith({
      current: 'the secret of tomorrow, for these tests 01234',
      previous: [current],
    })
    expect((await rotated.checkLink(db, 'verification', linkToken)).isRight).toBe(true)
    const proof = await rotated.check(guessAt(asked, code))
    expect(await useCode({ db }, proof, [asked.contact])).toEqual(asked.contact)
  })

  it('should be asked for again only after a pause', async () => {
    const asked = codeFor()
    expect(await codes.secondsUntilNext(db, asked)).toBe(0)
    await issueCode({ db, codes }, asked)
    expect(await codes.secondsUntilNext(db, asked)).toBe(resendSeconds)
    clock.advance(resendSeconds)
    expect(await codes.secondsUntilNext(db, asked)).toBe(0)
  })

  it('are cancelled, one or all of an account, and deleted once they have expired', async () => {
    const asked = codeFor()
    const issued = await issueCode({ db, codes }, asked)
    await inTransaction(db, (transaction) => codes.cancel(transaction, asked))
    expect(await outcome(guessAt(asked, issued.code))).toBe('wrong')
    const again = await issueCode({ db, codes }, asked)
    const kept = await issueCode({ db, codes }, codeFor())
    await inTransaction(db, (transaction) => codes.cancelAll(transaction, asked.accountId))
    expect((await codes.checkLink(db, 'verification', again.linkToken)).isRight).toBe(false)
    expect((await codes.checkLink(db, 'verification', kept.linkToken)).isRight).toBe(true)
    const rows = async () => (await db.selectFrom('codes').select('slot').execute()).length
    clock.advance(86_400)
    const before = await rows()
    expect(await codes.purge(1)).toBe(1)
    expect(await codes.purge(1_000)).toBe(before - 1)
    expect(await rows()).toBe(0)
  })
})
