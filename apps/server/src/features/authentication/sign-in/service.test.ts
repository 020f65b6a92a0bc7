import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { type DeletionServer, startDeletionServer } from '../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { DeletionsRepository } from '../../self-service/deletions/repository.ts'
import { RestorationService } from '../../self-service/deletions/restoration.ts'
import { LoginService } from '../login/service.ts'
import { requireSignedIn, type SignInOutcome } from './model.ts'
import { type SecondFactorPolicy, SignInService } from './service.ts'

const context = requestFrom('203.0.113.9', 'Firefox/145.0')
const challenge = { challenge: 'a challenge', factors: ['totp', 'recovery_code'] }
const demand = { kind: 'second_factor_required', mayTrustDevice: false, ...challenge } as const

type Way = 'password' | 'user_secret' | 'restoration by password' | 'restoration by user_secret'
const ways: readonly Way[] = [
  'password',
  'user_secret',
  'restoration by password',
  'restoration by user_secret',
]

describe.each(engines)('the end of every sign-in on $name', (engine) => {
  let server: DeletionServer
  let count = 0
  beforeAll(async () => {
    server = await startDeletionServer(engine, { env: { PROXIMA_LIMITS: 'on' } })
  })
  afterAll(async () => await server?.close())

  /** An account that can be signed in to in this way only; one to restore is deleted. */
  async function newAccount(way: Way) {
    count += 1
    const username = `person-${count}`
    const hasPassword = way.endsWith('password')
    const { body } = await server.client.register({ username, ...(hasPassword && { password }) })
    const own = hasPassword ? { current_password: password } : { user_secret: body.user_secret }
    if (way.startsWith('restoration')) {
      const login = hasPassword
        ? await server.client.login({ username, password })
        : await server.client.post('/v1/auth/token', { user_secret: body.user_secret })
      expect((await server.deleteMe(String(login.body.access_token), own)).status).toBe(202)
    }
    const account = body.user ?? body
    return {
      id: String(account.id) as AccountId,
      username,
      userSecret: body.user_secret as string | undefined,
    }
  }

  function signInsWith(policy: Partial<SecondFactorPolicy>) {
    const secondFactors = { challenge: async () => null, enrolment: async () => null, ...policy }
    const { services } = server
    const { clock } = server
    const signIn = new SignInService({ ...services, secondFactors })
    const login = new LoginService({ ...services, signIn })
    const deletions = new DeletionsRepository()
    const restoration = new RestorationService({ ...services, clock, deletions, login })
    return (way: Way, { username, userSecret }: Awaited<ReturnType<typeof newAccount>>, given = password) => {
      const identifiers = [{ kind: 'username', text: username }] as const
      const mode = 'token'
      if (way === 'password') return login.withPassword({ identifiers, password: given, mode }, context)
      if (way === 'user_secret') return login.withUserSecret({ userSecret: userSecret ?? '', mode }, context)
      const isBySecret = userSecret !== undefined
      return restoration.restore(
        {
          identifiers: isBySecret ? [] : identifiers,
          password: isBySecret ? undefined : given,
          userSecret,
          mode,
        },
        context,
      )
    }
  }

  const eventsOf = async (id: AccountId, action: string) =>
    (await readEvents(server.databaseUrl)).filter(
      (event) => event.account_id === id && event.action === action && event.ip_address === context.ipAddress,
    )
  const sessionsOf = (id: AccountId) =>
    server.services.db.selectFrom('sessions').selectAll().where('account_id', '=', id).execute()
  const codeOf = (outcome: SignInOutcome) => {
    try {
      return requireSignedIn(outcome).kind
    } catch (error) {
      return error instanceof Failure ? { code: error.problem.code, ...error.members } : error
    }
  }

  it.each(ways)('by %s makes one session, with its method and time, and one event', async (way) => {
    const account = await newAccount(way)
    server.clock.advance(1)
    const outcome = await signInsWith({ challenge: async () => null })(way, account)
    const { session, account: signedIn } = requireSignedIn(outcome)
    expect(signedIn).toMatchObject({ id: account.id, status: 'active' })
    const isByPassword = way.endsWith('password')
    expect(await sessionsOf(account.id)).toMatchObject([
      {
        id: session.id,
        amr: isByPassword ? 'pwd' : 'user_secret',
        authenticated_at: server.clock.now().getTime(),
        ip_address: context.ipAddress,
        user_agent: context.userAgent,
      },
    ])
    const method = isByPassword ? 'password' : 'user_secret'
    expect(await eventsOf(account.id, 'sign_in')).toMatchObject([
      { outcome: 'success', session_id: session.id, method },
    ])
  })

  it.each(ways)('by %s makes no session if a second factor is due', async (way) => {
    const account = await newAccount(way)
    const before = await server.services.accounts.get(server.services.db, account.id)
    const outcome = await signInsWith({ challenge: async () => demand })(way, account)
    expect(codeOf(outcome)).toEqual({ code: 'mfa_required', ...challenge })
    expect(await sessionsOf(account.id)).toEqual([])
    expect(await eventsOf(account.id, 'sign_in')).toEqual([])
    // A restoration waits for the second factor too.
    expect(await server.services.accounts.get(server.services.db, account.id)).toEqual(before)
    expect(await eventsOf(account.id, 'restoration')).toEqual([])
  })

  it.each(['restoration by password', 'restoration by user_secret'] as const)(
    'by %s gives the account back before it asks for a second factor that is missing',
    async (way) => {
      const account = await newAccount(way)
      const missing = { kind: 'factor_enrolment_required', enrolment: 'an enrolment' } as const
      const outcome = await signInsWith({ enrolment: async () => missing })(way, account)
      expect(codeOf(outcome)).toEqual({ code: 'factor_enrolment_required', enrolment: 'an enrolment' })
      expect(await sessionsOf(account.id)).toEqual([])
      expect(await eventsOf(account.id, 'restoration')).toHaveLength(1)
    },
  )

  it('asks for the second factor only after the first was right', async () => {
    const account = await newAccount('password')
    const asked: string[] = []
    const signIn = signInsWith({
      challenge: async (_transaction, { methods, context: from }) => {
        asked.push(`${methods.join()} from ${from.ipAddress}`)
        return demand
      },
    })
    await expect(signIn('password', account, 'wrong')).rejects.toMatchObject({
      problem: { code: 'invalid_credentials' },
    })
    expect(asked).toEqual([])
    await signIn('password', account)
    expect(asked).toEqual(['password from 203.0.113.9'])
  })

  it.each(['password', 'restoration by password'] as const)(
    'A38: by %s refunds the guess if the password was right and a second factor is due',
    async (way) => {
      const account = await newAccount(way)
      const signIn = signInsWith({ challenge: async () => demand })
      for (let at = 0; at < 15; at++) expect((await signIn(way, account)).kind).toBe('second_factor_required')
    },
  )

  it.each(['restoration by password', 'restoration by user_secret'] as const)(
    'A35: by %s asks for no second factor if the account can no longer be restored',
    async (way) => {
      const account = await newAccount(way)
      const asked: string[] = []
      const signIn = signInsWith({
        challenge: async (_transaction, { account: { id } }) => {
          asked.push(id)
          return demand
        },
      })
      server.clock.advance(400 * 86_400)
      await expect(signIn(way, account)).rejects.toMatchObject({ problem: { code: 'invalid_credentials' } })
      expect(asked).toEqual([])
    },
  )
})
