import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { GuardOptions } from '../../src/settings.ts'
import { type Accounts, startAccounts } from '../support/accounts.ts'
import { type Answer, ask, type Question } from '../support/ask.ts'

export interface Running {
  readonly url: string
  close(): Promise<void>
}

export interface StartOptions {
  readonly guard: GuardOptions
  /** Every route calls it first. */
  readonly visit: (path: string) => void
}

/**
 * Starts a server of the framework. It answers requests of other origins before the guard sees them, and has the routes
 * `/user` (the caller), `/details` (the user from the server), `/admin`, `/reports` and `/recent` (a role, the
 * permission `reports:read`, a recent sign-in), `/broken` (guarded, and throws), and `/unguarded` (asks for the caller).
 */
export type StartServer = (options: StartOptions) => Promise<Running>

interface ExpectedRefusal {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly challenge?: string
  readonly retryAfter?: string
}

const unauthenticated: ExpectedRefusal = {
  status: 401,
  code: 'unauthenticated',
  title: 'Authentication required',
  detail: 'This call needs a credential. Sign in, then send "Authorization: Bearer <credential>".',
  challenge: 'Bearer',
}
const invalid: ExpectedRefusal = {
  status: 401,
  code: 'invalid_token',
  title: 'Invalid credential',
  detail: 'The credential is not valid, or no longer valid. Sign in again.',
  challenge: 'Bearer error="invalid_token"',
}
const expired: ExpectedRefusal = {
  ...invalid,
  code: 'token_expired',
  title: 'Access token expired',
  detail: 'The access token has expired. Refresh it, or sign in again.',
}
const forbidden: ExpectedRefusal = {
  status: 403,
  code: 'forbidden',
  title: 'Not allowed',
  detail: 'You are not allowed to do this.',
  challenge: 'Bearer error="insufficient_scope"',
}
const notRecent: ExpectedRefusal = {
  status: 403,
  code: 'step_up_required',
  title: 'Fresh sign-in needed',
  detail:
    'This call needs a recent sign-in, or one with a second factor. Sign in again and repeat the call in the new session.',
  challenge: 'Bearer error="insufficient_user_authentication", max_age="600"',
}
const unavailable: ExpectedRefusal = {
  status: 503,
  code: 'unavailable',
  title: 'Temporarily unavailable',
  detail: 'The credential cannot be checked at the moment. Try again shortly.',
  retryAfter: '2',
}

/** What every adapter does, in a real server of its framework. */
export function testAdapter(framework: string, start: StartServer): void {
  describe(`the guard for ${framework}`, () => {
    let accounts: Accounts
    let server: Running
    let visits: string[] = []
    const started: Running[] = []
    const startGuarded = async (options: Partial<GuardOptions> = {}) => {
      const guard = { ...accounts.options, ...options }
      const running = await start({ guard, visit: (path) => void visits.push(path) })
      started.push(running)
      return running
    }
    beforeAll(async () => {
      accounts = await startAccounts()
      server = await startGuarded()
    })
    afterEach(() => {
      visits = []
      accounts.issuer.keysMode = 'up'
    })
    afterAll(async () => {
      await Promise.all(started.map((each) => each.close()))
      await accounts.issuer.stop()
    })

    const good = () => `Bearer ${accounts.maker.token({ person: framework })}`
    const get = (path: string, authorization?: Question['authorization'], more: Partial<Question> = {}) =>
      ask(server.url, { path, ...(authorization !== undefined && { authorization }), ...more })

    function expectRefusal({ status, headers, text }: Answer, refusal: ExpectedRefusal): void {
      const { challenge, retryAfter, ...problem } = refusal
      expect(status).toBe(refusal.status)
      expect(JSON.parse(text)).toEqual({
        type: `${accounts.issuer.url}/docs/problems/${refusal.code}`,
        ...problem,
      })
      expect(headers['content-type']).toMatch(/^application\/problem\+json(?:; charset=utf-8)?$/)
      expect(headers['content-length']).toBe(String(Buffer.byteLength(text)))
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['www-authenticate']).toBe(challenge)
      expect(headers['retry-after']).toBe(retryAfter)
      // Without it, a page of another origin could not read why it was refused.
      expect(headers['access-control-allow-origin']).toBe('*')
    }

    it('lets a caller in, and knows them, the first time and every later time', async () => {
      const { accountId, sessionId } = accounts.maker.person(framework)
      for (const _time of ['first', 'second']) {
        const answer = await get('/user', good())
        expect(answer.status).toBe(200)
        expect(JSON.parse(answer.text)).toMatchObject({ id: accountId, sessionId, roles: ['user'] })
      }
      expect(visits).toEqual(['/user', '/user'])
    })

    it('knows each of many callers who come at once to a guard that has no key yet', async () => {
      const { url } = await startGuarded()
      const names = Array.from({ length: 20 }, (_, index) => `${framework} ${index}`)
      const ids = names.map(async (person) => {
        const authorization = `Bearer ${accounts.maker.token({ person })}`
        const { text } = await ask(url, { path: '/user', authorization })
        return (JSON.parse(text) as { id: string }).id
      })
      expect(await Promise.all(ids)).toEqual(names.map((name) => accounts.maker.person(name).accountId))
    })

    it('answers 401 without a credential, and the route does not run', async () => {
      expectRefusal(await get('/user'), unauthenticated)
      expectRefusal(await get('/user', 'Basic dXNlcjpwYXNzd29yZA=='), unauthenticated)
      expect(visits).toEqual([])
    })

    it('answers 401 to a bad token and to one that has expired (A66, A72)', async () => {
      const changed = good().replace(/.{4}$/, 'AAAA')
      expectRefusal(await get('/user', changed), invalid)
      const old = accounts.maker.token({ claims: { iat: { now: -2_000 }, exp: { now: -1_000 } } })
      expectRefusal(await get('/user', `Bearer ${old}`), expired)
      expect(visits).toEqual([])
    })

    it('answers 401 to two headers, whichever of them is good', async () => {
      for (const both of [
        [good(), good()],
        [good(), 'Bearer x'],
        ['Bearer x', good()],
        ['Bearer', good()],
        ['', good()],
      ])
        expectRefusal(await get('/user', both), unauthenticated)
      expect(visits).toEqual([])
    })

    it('answers 403 without the role, the permission or the recent sign-in, each time', async () => {
      const earlier = `Bearer ${accounts.maker.token({ claims: { auth_time: { now: -700 } } })}`
      for (const _time of ['first', 'second']) {
        expectRefusal(await get('/admin', good()), forbidden)
        const scope = { challenge: 'Bearer error="insufficient_scope", scope="reports:read"' }
        expectRefusal(await get('/reports', good()), { ...forbidden, ...scope })
        expectRefusal(await get('/recent', earlier), notRecent)
      }
      expect(visits).toEqual([])
    })

    it('lets those in who have the role, the permission and the recent sign-in', async () => {
      const claims = { roles: ['admin'], permissions: ['reports:read'] }
      const authorization = `Bearer ${accounts.maker.token({ claims })}`
      for (const path of ['/admin', '/reports', '/recent'])
        expect((await get(path, authorization)).status).toBe(200)
      expect(visits).toEqual(['/admin', '/reports', '/recent'])
    })

    it('answers 503 while it cannot get the keys, and lets the caller in afterwards', async () => {
      const { url } = await startGuarded()
      accounts.issuer.keysMode = 'failing'
      expectRefusal(await ask(url, { path: '/user', authorization: good() }), unavailable)
      expect(visits).toEqual([])
      accounts.issuer.keysMode = 'up'
      expect((await ask(url, { path: '/user', authorization: good() })).status).toBe(200)
    })

    it('accepts a session code and an API key, and gives the details of a user', async () => {
      for (const kind of ['session_code', 'api_key'] as const) {
        const credential = accounts.maker.credential({ kind, name: framework, person: framework })
        const answer = await get('/user', `Bearer ${credential}`)
        expect(JSON.parse(answer.text)).toMatchObject({ id: accounts.maker.person(framework).accountId })
      }
      const details = await get('/details', good())
      expect(JSON.parse(details.text)).toMatchObject({ username: `user-${framework}` })
    })

    it('does not take an error of the route for a refusal, the first time and every later time', async () => {
      const authorization = `Bearer ${accounts.maker.token({ person: `${framework} broken` })}`
      for (const _time of ['first', 'second']) {
        const { status, headers } = await get('/broken', authorization)
        expect(status).toBe(500)
        expect(headers['www-authenticate']).toBeUndefined()
      }
      expect(visits).toEqual(['/broken', '/broken'])
    })

    it('fails if a route asks for the caller without a guard', async () => {
      expect((await get('/unguarded', good())).status).toBe(500)
    })

    it('checks HEAD as it checks GET', async () => {
      expect((await get('/user', good(), { method: 'HEAD' })).status).toBe(200)
      const { status, headers, text } = await get('/user', undefined, { method: 'HEAD' })
      expect({ status, text, challenge: headers['www-authenticate'] }).toEqual({
        status: 401,
        text: '',
        challenge: 'Bearer',
      })
      expect(visits).toEqual(['/user'])
    })

    it('is not asked about a preflight that is answered before it', async () => {
      const headers = {
        origin: 'https://app.example.org',
        'access-control-request-method': 'GET',
        'access-control-request-headers': 'authorization',
      }
      const { status, headers: received } = await get('/user', undefined, { method: 'OPTIONS', headers })
      expect(status).toBe(204)
      expect(received['access-control-allow-origin']).toBe('*')
      expect(visits).toEqual([])
    })
  })
}
