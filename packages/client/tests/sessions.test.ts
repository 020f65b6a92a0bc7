import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { sqlite } from '../../../apps/server/tests/support/engines.ts'
import { startTestServer, type TestServer } from '../../../apps/server/tests/support/test-server.ts'
import { recorder } from './support/recorder.ts'
import {
  OpenTabs,
  refresh,
  register,
  sharedStorage,
  signIn,
  slowStorage,
  tokenLifeSeconds,
} from './support/tabs.ts'

describe('a session with tokens', () => {
  let server: TestServer
  let tabs: OpenTabs
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    tabs = new OpenTabs(server.url)
  })
  afterAll(async () => {
    tabs?.close()
    await server?.close()
  })

  it('starts unknown, and reports each sign-in and sign-out', async () => {
    const tab = tabs.open()
    const { session, auth, me } = tab.proxima
    expect([session.status, session.userId]).toEqual(['unknown', null])
    expect(await session.load()).toEqual({ status: 'signed_out', userId: null })
    const { id } = await signIn(tab)
    expect([session.status, session.userId]).toEqual(['signed_in', id])
    expect((await me.get()).id).toBe(id)
    await auth.logout()
    expect(tab.changes).toEqual([
      { status: 'signed_out', userId: null },
      { status: 'signed_in', userId: id },
      { status: 'signed_out', userId: null },
    ])
    await expect(me.get()).rejects.toMatchObject({ code: 'unauthenticated', status: 401 })
  })

  it('ends on the server when the user signs out', async () => {
    const tab = tabs.open()
    await signIn(tab)
    const token = await tab.proxima.session.accessToken()
    await tab.proxima.auth.logout()
    expect((await server.client.me(token)).status).toBe(401)
  })

  it('calls no listener that has been removed, and the others although one of them throws', async () => {
    const tab = tabs.open()
    const thrown = new Promise((resolve) => process.once('uncaughtException', resolve))
    const listeners = process.listeners('uncaughtException')
    tab.proxima.session.onChange(() => {
      throw new Error('a fault of the program')
    })
    const removed = vi.fn()
    tab.proxima.session.onChange(removed)()
    const last = vi.fn()
    tab.proxima.session.onChange(last)
    // Vitest reports what no one catches. This one is expected.
    for (const listener of listeners.slice(0, -1)) process.off('uncaughtException', listener)
    await tab.proxima.session.load()
    expect(await thrown).toMatchObject({ message: 'a fault of the program' })
    for (const listener of listeners.slice(0, -1)) process.on('uncaughtException', listener)
    expect(removed).not.toHaveBeenCalled()
    expect(last).toHaveBeenCalledOnce()
  })

  it('is refreshed once, although fifty calls find that the token has expired', async () => {
    const tab = tabs.open()
    const { id } = await signIn(tab)
    server.clock.advance(tokenLifeSeconds)
    const answers = await Promise.all(Array.from({ length: 50 }, () => tab.proxima.me.get()))
    expect(new Set(answers.map((me) => me.id))).toEqual(new Set([id]))
    expect(tab.sent.count(refresh)).toBe(1)
  })

  it('is refreshed before the token ends, so that no call is refused', async () => {
    const tab = tabs.open()
    await signIn(tab)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 15 * 60_000 })
    try {
      await tab.proxima.me.get()
      expect([tab.sent.count(refresh), tab.sent.count('GET /v1/me')]).toEqual([1, 1])
    } finally {
      vi.useRealTimers()
    }
  })

  it('gets new tokens on request, so that they have the roles of now', async () => {
    const tab = tabs.open()
    await signIn(tab)
    const before = await tab.proxima.session.accessToken()
    await tab.proxima.session.refresh()
    expect(await tab.proxima.session.accessToken()).not.toBe(before)
    expect((await tab.proxima.me.get()).id).toBe(tab.proxima.session.userId)
  })

  it('is over for the client if the server refuses the refresh', async () => {
    const tab = tabs.open()
    const { secret } = await signIn(tab)
    const other = tabs.open()
    await other.proxima.auth.loginWithUserSecret({ user_secret: secret })
    await other.proxima.me.sessions.endOthers()
    await expect(tab.proxima.me.get()).rejects.toMatchObject({ code: 'invalid_token' })
    expect(tab.proxima.session.status).toBe('signed_out')
    expect([tab.sent.count('GET /v1/me'), tab.sent.count(refresh)]).toEqual([1, 1])
  })

  it.each([
    ['no token', 'pxr_damaged'],
    ['much too long', 'x'.repeat(10_000)],
  ])('is over if what is stored as refresh token is %s', async (_, refreshToken) => {
    const storage = sharedStorage()
    const tab = tabs.open({ storage })
    await signIn(tab)
    const [[key = '', text = ''] = []] = storage.items
    const damaged = JSON.stringify({ ...(JSON.parse(text) as object), refreshToken })
    storage.items.set(key, damaged)
    const later = tabs.open({ storage })
    await expect(later.proxima.session.refresh()).rejects.toBeInstanceOf(Error)
    expect([later.proxima.session.status, storage.items.size]).toEqual(['signed_out', 0])
  })

  it('goes on if the refresh gets no answer, and the next call tries again', async () => {
    let isOffline = false
    const sent = recorder(async (url, init) => {
      if (isOffline && url.endsWith('/refresh')) throw new TypeError('fetch failed')
      return await fetch(url, init)
    })
    const tab = tabs.open({}, sent)
    const { proxima } = tab
    const { id } = await signIn(tab)
    server.clock.advance(tokenLifeSeconds)
    isOffline = true
    await expect(proxima.me.get()).rejects.toMatchObject({ code: 'network_error', status: 0 })
    expect(proxima.session.status).toBe('signed_in')
    isOffline = false
    expect((await proxima.me.get()).id).toBe(id)
  })

  it('gets the same tokens if the answer to a refresh was lost', async () => {
    let isLost = false
    const sent = recorder(async (url, init) => {
      const response = await fetch(url, init)
      if (!isLost || !url.endsWith('/refresh')) return response
      isLost = false
      throw new TypeError('fetch failed')
    })
    const tab = tabs.open({}, sent)
    const { id } = await signIn(tab)
    server.clock.advance(tokenLifeSeconds)
    isLost = true
    expect((await tab.proxima.me.get()).id).toBe(id)
    expect(sent.count(refresh)).toBe(2)
  })

  it('does not refresh after a wrong password, which is another kind of 401', async () => {
    const tab = tabs.open()
    const { id } = await register(tab)
    const password = 'correct horse battery staple'
    await tab.proxima.auth.register({ username: `w-${id.replaceAll('-', '')}`, password })
    await tab.proxima.auth.login({ username: `w-${id.replaceAll('-', '')}`, password })
    const change = { current_password: 'wrong', new_password: 'another horse battery staple' }
    await expect(tab.proxima.me.changePassword(change)).rejects.toMatchObject({ code: 'invalid_credentials' })
    expect(tab.sent.count(refresh)).toBe(0)
    expect(tab.proxima.session.status).toBe('signed_in')
  })

  it('is not brought back by a refresh that was under way at the sign-out', async () => {
    const storage = sharedStorage()
    const [tab, other] = tabs.openTwo(storage)
    await signIn(tab)
    server.clock.advance(tokenLifeSeconds)
    const call = tab.proxima.me.get().catch(() => undefined)
    await tab.proxima.auth.logout()
    await call
    await tab.proxima.session.load()
    expect(tab.proxima.session.status).toBe('signed_out')
    expect(storage.items.size).toBe(0)
    expect(await other.proxima.session.load()).toMatchObject({ status: 'signed_out' })
  })

  it('is forgotten with the account', async () => {
    const tab = tabs.open()
    const { secret } = await signIn(tab)
    expect((await tab.proxima.me.delete({ user_secret: secret })).status).toBe('pending')
    expect(tab.proxima.session.status).toBe('signed_out')
    await tab.proxima.auth.restore({ user_secret: secret })
    expect(tab.proxima.session.status).toBe('signed_in')
  })

  it('is kept in the storage that the program gives, also one that answers later', async () => {
    const items = sharedStorage()
    const [tab, later] = tabs.openTwo(slowStorage(items))
    const { id } = await signIn(tab)
    expect(await later.proxima.session.load()).toEqual({ status: 'signed_in', userId: id })
    expect((await later.proxima.me.get()).id).toBe(id)
    // Nothing of the account but its id is stored.
    expect([...items.items.values()].map((text) => Object.keys(JSON.parse(text) as object))).toEqual([
      ['id', 'userId', 'accessToken', 'refreshToken', 'refreshAt', 'refreshes'],
    ])
  })

  it('is not confused by something else in its storage', async () => {
    const storage = sharedStorage()
    for (const text of ['{', '7', '[]', '{"refreshToken":1}']) {
      await storage.setItem('x', text)
      const { session } = tabs.open({ storage, storageKey: 'x' }).proxima
      expect(await session.load(), text).toEqual({ status: 'signed_out', userId: null })
    }
  })
})
