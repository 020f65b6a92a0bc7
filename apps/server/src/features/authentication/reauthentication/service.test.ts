import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { type Login, newPerson } from '../../../../tests/support/people.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { daySeconds } from '../../../platform/kernel/durations.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId, SessionId } from '../../../platform/kernel/ids.ts'
import { guessPolicies } from '../../safeguards/rate-limits/guesses/model.ts'
import type { Reauthentication } from './service.ts'

const { freeGuesses } = guessPolicies.password

const here = requestFrom('127.0.0.1')
const elsewhere = requestFrom('198.51.100.7')

describe.each(engines)('reauthentication on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_LIMITS: 'on' } })
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const login = (username: string, given: string) => server.client.login({ username, password: given })

  async function signUp(username: string): Promise<ReturnType<typeof callerOf> & { login: Login }> {
    await server.client.register({ username, password })
    const { body } = await login(username, password)
    return { ...callerOf(String(body.user.id), String(body.session_id)), login: body as Login }
  }

  function callerOf(accountId: string, sessionId: string) {
    return { accountId: accountId as AccountId, sessionId: sessionId as SessionId, clientId: null }
  }

  const confirm = (owner: Reauthentication) =>
    inTransaction(services.db, (transaction) => owner.confirm(transaction))

  /** The code of the refusal; null where there is none. */
  async function refusal(work: Promise<unknown>): Promise<string | null> {
    try {
      await work
      return null
    } catch (error) {
      if (error instanceof Failure) return error.problem.code
      throw error
    }
  }

  it('accepts only the password of the calling account', async () => {
    const [amina, baraka] = [await signUp('amina'), await newPerson(server.client, 'baraka')]
    const owner = await services.reauthentication.byCredentials(amina, { currentPassword: password }, here)
    expect(owner.method).toBe('password')
    await confirm(owner)
    const stranger = callerOf(baraka.id, baraka.sessionId)
    for (const [caller, given] of [
      [amina, { currentPassword: `${password} ` }],
      [stranger, { userSecret: '' }],
      [stranger, { currentPassword: password }],
    ] as const)
      expect(await refusal(services.reauthentication.byCredentials(caller, given, here))).toBe(
        'invalid_credentials',
      )
    const own = await services.reauthentication.byCredentials(stranger, { userSecret: baraka.secret }, here)
    expect(own.method).toBe('user_secret')
    await confirm(own)
  })

  it('asks for the credential that the account has, and for one at a time', async () => {
    const [chebet, dalila] = [await signUp('chebet'), await newPerson(server.client, 'dalila')]
    const errors = async (caller: ReturnType<typeof callerOf>, given = {}) =>
      await services.reauthentication.byCredentials(caller, given, here).then(
        () => null,
        (error: unknown) => (error instanceof Failure ? error.errors : error),
      )
    expect(await errors(chebet)).toMatchObject([{ pointer: '/current_password', code: 'required' }])
    const secretOnly = callerOf(dalila.id, dalila.sessionId)
    expect(await errors(secretOnly)).toMatchObject([{ pointer: '/user_secret', code: 'required' }])
    const both = { currentPassword: password, userSecret: dalila.secret }
    expect(await errors(chebet, both)).toMatchObject([{ pointer: '', code: 'one_proof_needed' }])
  })

  it('I8: takes nothing less than the password from an account that has one, also if it was set a moment ago', async () => {
    const kept = await newPerson(server.client, 'hadija')
    const caller = callerOf(kept.id, kept.sessionId)
    const { reauthentication } = services
    const secret = { userSecret: kept.secret }
    const early = [
      await reauthentication.byCredentials(caller, secret, here),
      await reauthentication.byStrongest(caller, secret, here),
      await reauthentication.byStrongest(caller, {}, here),
    ]
    const set = await server.client.put('/v1/me/password', { new_password: password }, kept)
    expect(set.status).toBe(204)
    for (const owner of early) expect(await refusal(confirm(owner))).toBe('validation_failed')
    for (const given of [secret, {}])
      expect(await refusal(reauthentication.byStrongest(caller, given, here))).toBe('validation_failed')
    expect(await refusal(reauthentication.byAny(caller, secret, here))).toBe('validation_failed')
    const right = { currentPassword: password }
    for (const owner of [
      await reauthentication.byStrongest(caller, right, here),
      await reauthentication.byAny(caller, right, here),
    ])
      await confirm(owner)
    expect((await reauthentication.byAny(caller, {}, here)).method).toBe('session')
  })

  it('A38: shares the budget of guesses with sign-in, in both directions', async () => {
    const caller = await signUp('farida')
    // From another address, which the owner has never signed in from, at sign-in and with her stolen session.
    const guess = () => services.reauthentication.byPassword(caller, 'wrong password', elsewhere)
    for (let at = 0; at < freeGuesses; at++) expect(await refusal(guess())).toBe('invalid_credentials')
    expect(await refusal(services.reauthentication.byPassword(caller, password, elsewhere))).toBe(
      'rate_limited',
    )
    // The server sees her at the address from which she has signed in, where she has a budget of her own.
    for (let at = 0; at < freeGuesses; at++) expect((await login('farida', 'wrong')).status).toBe(401)
    expect((await login('farida', password)).status).toBe(429)
    expect(await refusal(services.reauthentication.byPassword(caller, password, here))).toBe('rate_limited')
    server.clock.advance(30)
    await confirm(await services.reauthentication.byPassword(caller, password, here))
    expect((await login('farida', password)).status).toBe(200)
  })

  it('counts a guess before it is verified, and refunds it if it is right', async () => {
    const caller = await signUp('grace')
    const budgets = async () => (await services.db.selectFrom('guess_budgets').selectAll().execute()).length
    const before = await budgets()
    const owner = await services.reauthentication.byPassword(caller, password, here)
    expect(await budgets()).toBe(before + 1)
    await confirm(owner)
    expect(await budgets()).toBe(before)
  })

  it('is no longer valid after the account is suspended, the session has ended, or the secret has changed', async () => {
    const suspended = await signUp('hassan')
    const ofSuspended = await services.reauthentication.byPassword(suspended, password, here)
    await services.administration.suspend(suspended.accountId)
    expect(await refusal(confirm(ofSuspended))).toBe('invalid_token')

    const over = await signUp('imani')
    const owners = [
      await services.reauthentication.byPassword(over, password, here),
      await services.reauthentication.byFreshSession(over),
    ]
    await services.logout.logout({ current: over, refreshToken: null }, here)
    for (const owner of owners) expect(await refusal(confirm(owner))).toBe('invalid_token')

    const changed = await signUp('juma')
    const ofChanged = await services.reauthentication.byPassword(changed, password, here)
    const rows = services.db.updateTable('passwords').where('account_id', '=', changed.accountId)
    await rows.set({ version: '01890a5d-ac96-774b-bcce-b302099a8057' }).execute()
    expect(await refusal(confirm(ofChanged))).toBe('invalid_credentials')
  })

  it('accepts a session that began recently, to the second, and no refresh makes it fresh', async () => {
    const caller = await signUp('kamau')
    server.clock.advance(599)
    const owner = await services.reauthentication.byFreshSession(caller)
    expect(owner.method).toBe('session')
    await confirm(owner)
    server.clock.advance(1)
    const refresh = { refresh_token: caller.login.refresh_token }
    expect((await server.client.post('/v1/auth/refresh', refresh)).status).toBe(200)
    expect(await refusal(services.reauthentication.byFreshSession(caller))).toBe('step_up_required')
    expect(await refusal(confirm(owner))).toBe('step_up_required')
    const { body } = await login('kamau', password)
    await confirm(
      await services.reauthentication.byFreshSession(callerOf(caller.accountId, String(body.session_id))),
    )
  })

  it('I15: records refusals, and guesses that come too early', async () => {
    const { accountId, sessionId } = await signUp('leila')
    for (let at = 0; at <= freeGuesses; at++)
      await refusal(services.reauthentication.byPassword({ accountId, sessionId }, 'wrong', elsewhere))
    const events = (await readEvents(server.databaseUrl)).filter(
      ({ account_id, action }) => account_id === accountId && action === 'reauthentication',
    )
    const event = { session_id: sessionId, method: 'password', ip_address: elsewhere.ipAddress }
    expect(events).toHaveLength(freeGuesses + 1)
    expect(events[0]).toMatchObject({ ...event, outcome: 'failure' })
    expect(events.at(-1)).toMatchObject({ ...event, outcome: 'limited' })
  })

  it('A59: is no longer valid after the session has expired', async () => {
    const caller = await signUp('late')
    const owner = await services.reauthentication.byPassword(caller, password, here)
    server.clock.advance(400 * daySeconds)
    expect(await refusal(confirm(owner))).toBe('invalid_token')
  })
})
