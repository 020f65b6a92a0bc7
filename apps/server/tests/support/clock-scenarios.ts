import { expect } from 'vitest'
import type { Services } from '../../src/app/wire.ts'
import { requireSignedIn } from '../../src/features/authentication/sign-in/model.ts'
import { codeMinutes, resendSeconds } from '../../src/features/authenticators/codes/model.ts'
import { DeliveryService } from '../../src/features/messages/delivery/service.ts'
import { DeliveryFailure } from '../../src/features/messages/model.ts'
import { OutboxRepository } from '../../src/features/messages/outbox/repository.ts'
import { guessPolicies } from '../../src/features/safeguards/rate-limits/guesses/model.ts'
import { GuessesRepository } from '../../src/features/safeguards/rate-limits/guesses/repository.ts'
import { GuessesService } from '../../src/features/safeguards/rate-limits/guesses/service.ts'
import { mailRecipient } from '../../src/features/users/accounts/identifiers/recipients.ts'
import { KeyedDigests } from '../../src/platform/crypto/keyed-digests.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import { Failure } from '../../src/platform/kernel/failures.ts'
import { type AccountId, newId, type ServerId, type SessionId } from '../../src/platform/kernel/ids.ts'
import type { FrozenClock } from './frozen-clock.ts'
import { requestFrom } from './request-context.ts'
import { testSecret } from './test-server.ts'

export const minute = 60
export const hour = 3_600
export const day = 86_400
export const years = 3_650 * day

/** One node with the wrong clock, one with the right clock, and what is different about the first. */
export interface World {
  readonly db: Database
  readonly wrong: Services
  readonly right: Services
  readonly wrongClock: FrozenClock
  readonly rightClock: FrozenClock
  readonly ahead: number
}

/** Stores a time with the wrong clock, reads it with the right one, and checks what the rule of that time allows. */
export type Scenario = (world: World) => Promise<void>

export const context = requestFrom('203.0.113.7')

/** The code of the failure, or `done`. */
export async function outcome(work: Promise<unknown>): Promise<string> {
  return await work.then(
    () => 'done',
    (error: unknown) => {
      if (error instanceof Failure) return error.problem.code
      throw error
    },
  )
}

async function newSecret({ wrong }: World): Promise<string> {
  const username = `p${newId().replaceAll('-', '')}`
  return (await wrong.registration.create({ username }, { context, idempotencyKey: null })).userSecret ?? ''
}

async function signIn(world: World, mode: 'token' | 'code') {
  const userSecret = await newSecret(world)
  return requireSignedIn(await world.wrong.login.withUserSecret({ userSecret, mode }, context)).session
}

/** What is left of a session: its row, and the records of its end. */
async function remains(
  { db }: World,
  id: SessionId,
): Promise<{ rows: number; records: number; events: number }> {
  const rows = await db.selectFrom('sessions').select('id').where('id', '=', id).execute()
  const records = await db.selectFrom('revocations').select('id').where('session_id', '=', id).execute()
  const events = await db
    .selectFrom('audit_events')
    .select('id')
    .where('session_id', '=', id)
    .where('action', '=', 'session_expiry')
    .execute()
  return { rows: rows.length, records: records.length, events: events.length }
}

export async function setupLink(world: World): Promise<void> {
  const { right, wrong } = world
  const code = await outcome(right.setup.lookAt((await wrong.setup.newLink()) ?? ''))
  expect(code).toBe(world.ahead > -hour && world.ahead < minute ? 'done' : 'forbidden')
}

export async function freshness(world: World): Promise<void> {
  const { id } = await signIn(world, 'code')
  if (world.ahead === years) return
  const caller = await world.right.sessions.principal(id)
  const code = await outcome(world.right.reauthentication.byFreshSession(caller))
  expect(code).toBe(world.ahead > -10 * minute && world.ahead < minute ? 'done' : 'step_up_required')
}

/** A session that was refused because it is over stays refused, whatever the clock says later. */
export async function sessionEnd(world: World): Promise<void> {
  const { right, rightClock, wrong } = world
  const session = await signIn(world, 'code')
  const use = (node: Services) => outcome(node.sessions.principalByCode(session.code ?? ''))
  if (world.ahead < years) {
    expect(await use(right)).toBe('done')
    rightClock.advance(30 * day + world.ahead)
  }
  expect(await use(right)).toBe('invalid_token')
  expect(await remains(world, session.id)).toEqual({ rows: 0, records: 1, events: 1 })
  rightClock.advance(-30 * day)
  expect([await use(right), await use(wrong)]).toEqual(['invalid_token', 'invalid_token'])
}

export async function idleness(world: World): Promise<void> {
  const { db, ahead, right, rightClock } = world
  const { id } = await signIn(world, 'code')
  if (ahead === years) return
  await right.sessions.principal(id)
  const row = await db.selectFrom('sessions').select('last_seen_at').where('id', '=', id).executeTakeFirst()
  expect((row?.last_seen_at ?? 0) - rightClock.now().getTime()).toBeLessThanOrEqual(hour * 1_000)
  rightClock.advance(14 * day + hour)
  expect(await outcome(right.sessions.principal(id))).toBe('invalid_token')
  rightClock.advance(-2 * day)
  expect(await outcome(right.sessions.principal(id))).toBe('invalid_token')
}

/** The window of ten seconds opens for no longer on the other side: a token outside it is used again (A79). */
export async function refreshGrace(world: World): Promise<void> {
  const { ahead, right, wrong } = world
  const session = await signIn(world, 'token')
  if (ahead === years) return
  const refresh = (node: Services) => outcome(node.refresh.refresh(session.refreshToken ?? '', context))
  expect(await refresh(wrong)).toBe('done')
  expect(await refresh(wrong)).toBe('done')
  expect(await refresh(right)).toBe('invalid_token')
  expect((await remains(world, session.id)).rows).toBe(0)
}

/** A new key signs after its lead time, a withdrawn one is refused, and a former one retires. */
export async function keyLife({ wrong, right, wrongClock, rightClock }: World): Promise<void> {
  const stateOf = async (kid: string) => (await right.keys.list()).find((key) => key.kid === kid)?.state
  await wrong.keys.signingKey('ES256')
  const [former] = await wrong.keys.list()
  const { kid } = await wrong.keys.rotate({ algorithm: 'ES256', isUrgent: false })
  rightClock.advance(2 * hour)
  expect(await stateOf(kid)).toBe('signing')
  wrongClock.advance(2 * hour)
  await wrong.keys.retire(kid, { replace: true })
  rightClock.advance(2 * day)
  expect([await stateOf(former?.kid ?? ''), await stateOf(kid)]).toEqual(['retired', 'retired'])
}

/** No one waits longer than for that many failures, and not at all after one. */
export async function guessWait(world: World): Promise<void> {
  for (const typed of [null, [newId()]]) await guessWaitOf(world, typed)
}

async function guessWaitOf({ db, rightClock, wrongClock }: World, typed: readonly string[] | null) {
  const subject = [newId()]
  const guess = async (clock: FrozenClock, isRight: boolean) => {
    const audit = { recordThrottled: async () => undefined }
    const rules = { keyedDigests: new KeyedDigests({ current: testSecret }), isOn: true, hidesLimit: false }
    const node = { ...rules, db, audit, guesses: new GuessesRepository(), clock }
    const verify = async (count: () => Promise<boolean>) => {
      await count()
      return isRight ? true : null
    }
    const about = { subject, typed, context, action: 'sign_in', auditSubject: {} } as const
    return await new GuessesService(node).evaluate({ ...about, authenticator: 'password', verify })
  }
  const isAccepted = async () => (await guess(rightClock, true)).isRight
  const { freeGuesses, firstWaitSeconds } = guessPolicies.password
  await guess(wrongClock, false)
  expect(await isAccepted()).toBe(true)
  for (let at = 2; at < freeGuesses; at++) await guess(wrongClock, false)
  const refusal = await guess(rightClock, true).catch((error: unknown) => error as Failure)
  if (refusal instanceof Failure) expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(2 * firstWaitSeconds)
  rightClock.advance(2 * firstWaitSeconds)
  expect(await isAccepted()).toBe(true)
}

/** A code that the wrong clock dated works for at most twice as long, and delays a new one no longer than any other. */
export async function codeLife({ db, right, rightClock, wrong }: World): Promise<void> {
  const accountId = newId<AccountId>()
  const binding = { purpose: 'verification', holder: [accountId], flow: null } as const
  const contact = { kind: 'email', canonical: 'amina@example.com' } as const
  const issue = async ({ codes }: Services) => {
    let code = ''
    await inTransaction(db, async (transaction) => {
      await codes.issue(transaction, { ...binding, accountId, contact }, async (issued) => {
        code = issued.code
        return true
      })
    })
    return code
  }
  const check = async (code: string) => {
    const about = {
      subject: [accountId],
      typed: null,
      context,
      action: 'registration',
      auditSubject: {},
    } as const
    return await right.codes.check({ ...binding, ...about, code })
  }
  const code = await issue(wrong)
  expect(await right.codes.secondsUntilNext(db, binding)).toBeLessThanOrEqual(resendSeconds)
  rightClock.advance(2 * codeMinutes * minute)
  expect((await check(code)).isRight).toBe(false)
  expect((await check(await issue(right))).isRight).toBe(true)
}

/** A change can be undone for at most twice as long, and as long nobody else can have the former contact. */
export async function undoLife(world: World): Promise<void> {
  const { db, ahead, right, rightClock, wrong } = world
  const email = `${newId()}@example.com`
  const source = { context, idempotencyKey: null }
  const { account } = await wrong.registration.create({ email }, source)
  await db.updateTable('accounts').set({ email_verified_at: 0 }).where('id', '=', account.id).execute()
  const link = await inTransaction(db, (transaction) =>
    wrong.formerContacts.keep(transaction, account.id, newId()),
  )
  const isKept = async () => {
    const former = await right.formerContacts.find(db, link?.token ?? '')
    const holder = await right.formerContacts.findHolder(db, { kind: 'email', canonical: email })
    expect(holder?.id ?? null).toBe(former?.accountId ?? null)
    return former !== null
  }
  expect(await isKept()).toBe(ahead < years)
  rightClock.advance(8 * day + Math.max(0, ahead < years ? ahead : 0))
  expect(await isKept()).toBe(false)
}

/** An answer, which may hold a secret, is kept for at most two days. */
export async function repeatedAnswer({ ahead, right, wrong }: World): Promise<void> {
  const source = { context, idempotencyKey: crypto.randomUUID() }
  const input = { username: `p${newId().replaceAll('-', '')}` }
  const first = await wrong.registration.create(input, source)
  const again = right.registration.create(input, source)
  if (Math.abs(ahead) < day) expect((await again).userSecret).toBe(first.userSecret)
  else expect(await outcome(again)).toBe('username_taken')
}

const put = async ({ db, rightClock }: World, { outbox }: Services, address: string) => {
  const recipient = mailRecipient({ given: address, canonical: address }, rightClock.now())
  const about = { template: 'registration_taken', about: 'registration', accountId: null } as const
  await inTransaction(db, (transaction) =>
    outbox.put(transaction, { ...about, facts: {}, recipient, locale: 'en', context }),
  )
}

/** A message that failed once is tried again in minutes, unless it is dated days ahead. */
export async function messageRetry(world: World): Promise<void> {
  const { db, ahead, right, wrong, wrongClock, rightClock } = world
  await db.deleteFrom('messages').execute()
  const deliver = async (
    { counting, outbox }: Services,
    clock: FrozenClock,
    failure: DeliveryFailure | null,
  ) => {
    const deliverOne = async () => await (failure === null ? undefined : Promise.reject(failure))
    const transports = new Map([['mail', { deliver: deliverOne }]] as const)
    const delivery = new DeliveryService({
      db,
      messages: new OutboxRepository(),
      outbox,
      clock,
      transports,
      counting,
    })
    const outcomes: string[] = []
    const never = new AbortController().signal
    const onAttempt = ({ outcome: each }: { outcome: string }) => outcomes.push(each)
    await delivery.deliverDue({ stopping: never, aborting: never, onAttempt })
    return outcomes
  }
  await put(world, wrong, `${newId()}@example.com`)
  expect(await deliver(wrong, wrongClock, new DeliveryFailure('busy'))).toEqual(['failed'])
  // Not at once, if the clock may still be right: the message has just been tried.
  if (Math.abs(ahead) === 5 * minute && ahead > 0) expect(await deliver(right, rightClock, null)).toEqual([])
  rightClock.advance(9 * minute)
  expect(await deliver(right, rightClock, null)).toEqual(ahead === years ? [] : ['sent'])
}

/** A server that reports counts as running if its clock is minutes off, and not forever if it is further off. */
export async function heartbeat({ ahead, wrong, right }: World): Promise<void> {
  const id = newId<ServerId>()
  const self = { id, host: 'one', version: '0', secretIds: ['x'], publicUrl: null, startedAt: new Date(0) }
  await wrong.servers.report(self)
  const running = (await right.servers.listRunning()).map((server) => server.id)
  expect(running.includes(id)).toBe(Math.abs(ahead) <= 10 * minute)
}
