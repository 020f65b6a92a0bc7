import { afterEach, describe, expect, it, vi } from 'vitest'
import { createProxima, type Proxima, type SessionStorage } from '../src/index.ts'
import { recorder } from './support/recorder.ts'
import { sharedStorage } from './support/tabs.ts'

const refused = () => Response.json({ code: 'invalid_token', status: 401 }, { status: 401 })
const me = 'GET /v1/me'
const refresh = 'POST /v1/auth/refresh'

/** A server that waits for the test before it answers a refresh, or a call. */
class ScriptedServer {
  #tokens = 0
  readonly #open: Proxima[] = []
  readonly #holds = new Map<string, Promise<void>>()
  readonly refusals = new Set<string>()
  /** Calls that get no answer. */
  readonly losses = new Set<string>()
  readonly sent = recorder(async (url, { method, body }) => {
    const call = `${method} ${new URL(url).pathname}`
    await this.#holds.get(call)
    if (this.losses.has(call)) throw new TypeError('fetch failed')
    if (this.refusals.has(call)) return refused()
    const { identifier = 'amina' } =
      typeof body === 'string' ? (JSON.parse(body) as { identifier?: string }) : {}
    const token = String(++this.#tokens)
    return Response.json({
      ...{ access_token: `access-${token}`, refresh_token: `pxr_${token}`, expires_in: 900 },
      ...{ session_id: `of-${identifier}`, user: { id: identifier }, id: identifier },
    })
  })

  client(options: { mode: 'cookie' } | { storage: SessionStorage; storageKey: string }): Proxima {
    const proxima = createProxima({ url: 'https://accounts.example.org', fetch: this.sent.fetch, ...options })
    this.#open.push(proxima)
    return proxima
  }

  /** @returns a function that lets the answer go */
  hold(call: string): () => void {
    let release = () => {}
    this.#holds.set(call, new Promise((resolve) => (release = resolve)))
    return release
  }

  /** Waits until a call has arrived. */
  async arrived(call: string, times = 1): Promise<void> {
    await vi.waitFor(() => expect(this.sent.count(call)).toBe(times))
  }

  close(): void {
    for (const proxima of this.#open) proxima.close()
  }
}

let server: ScriptedServer
afterEach(() => server.close())

let names = 0
function twoTabs(): { first: Proxima; second: Proxima; items: Map<string, string> } {
  server = new ScriptedServer()
  const storage = sharedStorage()
  const storageKey = `races-${++names}`
  const open = () => server.client({ storage, storageKey })
  return { first: open(), second: open(), items: storage.items }
}
const signIn = (proxima: Proxima, identifier = 'amina') =>
  proxima.auth.login({ identifier, password: 'secret' })

describe('with tokens, while a refresh is under way', () => {
  it('a sign-out in another tab stays a sign-out', async () => {
    const { first, second, items } = twoTabs()
    await signIn(first)
    const release = server.hold(refresh)
    const refreshed = first.session.refresh()
    await server.arrived(refresh)
    await second.auth.logout()
    release()
    await refreshed
    expect([first.session.status, second.session.status, items.size]).toEqual(['signed_out', 'signed_out', 0])
  })

  it('a sign-out in the same tab does not wait', async () => {
    const { first, items } = twoTabs()
    await signIn(first)
    const release = server.hold(refresh)
    const refreshed = first.session.refresh()
    await server.arrived(refresh)
    await first.auth.logout()
    expect([first.session.status, items.size]).toEqual(['signed_out', 0])
    release()
    await refreshed
    expect([first.session.status, items.size]).toEqual(['signed_out', 0])
  })

  it.each(['accepted', 'refused'])(
    'another user signs in, and no call is repeated as them: %s',
    async (verdict) => {
      const { first, second } = twoTabs()
      await signIn(first, 'amina')
      server.refusals.add('PATCH /v1/me')
      if (verdict === 'refused') server.refusals.add(refresh)
      const release = server.hold(refresh)
      const change = first.me.update({ full_name: 'Amina' })
      const failure = expect(change).rejects.toMatchObject({ code: 'invalid_token' })
      await server.arrived(refresh)
      await signIn(second, 'baraka')
      release()
      await failure
      expect(server.sent.count('PATCH /v1/me')).toBe(1)
      expect([first.session.userId, second.session.userId]).toEqual(['baraka', 'baraka'])
    },
  )

  it('another user signs in, and no call begins as them', async () => {
    const { first, second } = twoTabs()
    await signIn(first, 'amina')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 900_000 })
    const release = server.hold(refresh)
    const change = first.me.update({ full_name: 'Amina' })
    await server.arrived(refresh)
    await signIn(second, 'baraka')
    vi.useRealTimers()
    release()
    await change
    expect(server.sent.requests.at(-1)?.headers.has('authorization')).toBe(false)
  })

  it('a call that is aborted stops waiting, and the others go on', async () => {
    const { first } = twoTabs()
    await signIn(first)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 900_000 })
    const release = server.hold(refresh)
    const controller = new AbortController()
    const aborted = first.me.get({ signal: controller.signal })
    const other = first.me.get()
    await server.arrived(refresh)
    const reason = new Error('the user went on')
    controller.abort(reason)
    await expect(aborted).rejects.toBe(reason)
    release()
    expect((await other).id).toBe('amina')
    expect(server.sent.count(refresh)).toBe(1)
    vi.useRealTimers()
  })
})

describe('with tokens, when the server refuses the new token too', () => {
  it('the user is signed out, after one refresh and one repeat', async () => {
    const { first, items } = twoTabs()
    await signIn(first)
    server.refusals.add(me)
    await expect(first.me.get()).rejects.toMatchObject({ code: 'invalid_token' })
    expect([first.session.status, items.size]).toEqual(['signed_out', 0])
    expect([server.sent.count(me), server.sent.count(refresh)]).toEqual([2, 1])
  })

  it('a user who has signed in in the meantime stays signed in', async () => {
    const { first, second, items } = twoTabs()
    await signIn(first, 'amina')
    server.refusals.add(me)
    const releaseRefresh = server.hold(refresh)
    const get = first.me.get()
    const failure = expect(get).rejects.toMatchObject({ code: 'invalid_token' })
    await server.arrived(refresh)
    const release = server.hold(me)
    releaseRefresh()
    await server.arrived(me, 2)
    await signIn(second, 'baraka')
    release()
    await failure
    expect([first.session.userId, items.size]).toEqual(['baraka', 1])
  })
})

describe('with tokens, when a session has ended on the server', () => {
  it('the session of another user, who has signed in in the meantime, stays', async () => {
    const { first, second, items } = twoTabs()
    await signIn(first, 'amina')
    const release = server.hold('DELETE /v1/me')
    const deletion = first.me.delete({ current_password: 'secret' })
    await server.arrived('DELETE /v1/me')
    await signIn(second, 'baraka')
    release()
    await deletion
    expect([first.session.userId, second.session.userId, items.size]).toEqual(['baraka', 'baraka', 1])
  })

  it('there is no token for other services', async () => {
    const { first } = twoTabs()
    await signIn(first)
    await first.auth.logout()
    await expect(first.session.accessToken()).rejects.toMatchObject({ code: 'unauthenticated', status: 401 })
  })
})

describe('with the cookie', () => {
  function twoTabsWithCookie(): { first: Proxima; second: Proxima } {
    server = new ScriptedServer()
    return { first: server.client({ mode: 'cookie' }), second: server.client({ mode: 'cookie' }) }
  }

  it('a refused call signs out all tabs, and is not repeated', async () => {
    const { first, second } = twoTabsWithCookie()
    await signIn(first)
    await vi.waitFor(() => expect(second.session.userId).toBe('amina'))
    server.refusals.add(me)
    await expect(second.me.get()).rejects.toMatchObject({ code: 'invalid_token' })
    expect(server.sent.count(me)).toBe(1)
    await vi.waitFor(() => expect(first.session.status).toBe('signed_out'))
  })

  it.each([
    ['the same user', 'amina', 2],
    ['another user', 'baraka', 1],
  ])('a call that was refused after %s signed in signs no one out', async (_, later, times) => {
    const { first } = twoTabsWithCookie()
    await signIn(first, 'amina')
    server.refusals.add(me)
    const release = server.hold(me)
    const get = first.me.get()
    const failure = expect(get).rejects.toMatchObject({ code: 'invalid_token' })
    await server.arrived(me)
    await signIn(first, later)
    // The repeated call is refused as well, which then does count.
    release()
    await failure
    expect(server.sent.count(me)).toBe(times)
    expect(first.session.userId).toBe(times === 1 ? 'baraka' : null)
  })

  it('a sign-out that gets no answer leaves the user signed in, because the cookie is still there', async () => {
    const { first: proxima } = twoTabsWithCookie()
    server.losses.add('POST /v1/auth/logout')
    await signIn(proxima)
    await expect(proxima.auth.logout()).rejects.toMatchObject({ code: 'network_error' })
    expect(proxima.session.status).toBe('signed_in')
  })

  it('a sign-out stays one, although an answer from before it says who is signed in', async () => {
    const { first } = twoTabsWithCookie()
    await signIn(first)
    const release = server.hold(me)
    const loaded = first.session.load()
    await server.arrived(me)
    await first.auth.logout()
    release()
    await loaded
    expect(first.session.status).toBe('signed_out')
  })

  it.each([me, 'POST /v1/me/access-token'])(
    'a user who signs in stays signed in, although %s from before it is refused',
    async (call) => {
      const { first } = twoTabsWithCookie()
      await signIn(first, 'amina')
      server.refusals.add(call)
      const release = server.hold(call)
      const answered = call === me ? first.session.load() : first.session.accessToken()
      const ended = answered.then(
        () => undefined,
        () => undefined,
      )
      await server.arrived(call)
      await signIn(first, 'baraka')
      release()
      await ended
      expect(first.session.userId).toBe('baraka')
    },
  )

  it('gets one token for other services, and another one when it has ended or someone signs in', async () => {
    const { first } = twoTabsWithCookie()
    await signIn(first)
    const [token, same] = await Promise.all([first.session.accessToken(), first.session.accessToken()])
    expect(same).toBe(token)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 900_000 })
    const second = await first.session.accessToken()
    vi.useRealTimers()
    await signIn(first, 'baraka')
    const third = await first.session.accessToken()
    await first.session.refresh()
    const fourth = await first.session.accessToken()
    expect(new Set([token, second, third, fourth]).size).toBe(4)
    server.refusals.add('POST /v1/me/access-token')
    await first.session.refresh()
    await expect(first.session.accessToken()).rejects.toMatchObject({ code: 'invalid_token' })
    expect(first.session.status).toBe('signed_out')
  })
})
