import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newId } from '../../../apps/server/src/platform/kernel/ids.ts'
import { sqlite } from '../../../apps/server/tests/support/engines.ts'
import { startTestServer, type TestServer } from '../../../apps/server/tests/support/test-server.ts'
import type { SessionStorage } from '../src/index.ts'
import { OpenTabs, refresh, sharedStorage, signIn, slowStorage, tokenLifeSeconds } from './support/tabs.ts'

describe('a session in two tabs', () => {
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

  describe.each(['Web Locks', 'claims in the storage'])('with %s', (means) => {
    beforeAll(() => {
      if (means !== 'Web Locks') vi.stubGlobal('navigator', {})
      expect('locks' in navigator).toBe(means === 'Web Locks')
    })
    afterAll(() => void vi.unstubAllGlobals())

    it.each(['at once', 'later'])('is refreshed once, with a storage that answers %s', async (when) => {
      const items = sharedStorage()
      const [first, second] = tabs.openTwo(when === 'later' ? slowStorage(items) : items)
      const { id } = await signIn(first)
      await second.proxima.session.load()
      server.clock.advance(tokenLifeSeconds)
      const calls = [first, second, first, second].map(({ proxima }) => proxima.me.get())
      expect((await Promise.all(calls)).map((me) => me.id)).toEqual([id, id, id, id])
      expect(first.sent.count(refresh) + second.sent.count(refresh)).toBe(1)
    })

    it('goes on in one tab after the other has refreshed long ago', async () => {
      const [first, second] = tabs.openTwo()
      const { id } = await signIn(first)
      await second.proxima.session.load()
      server.clock.advance(tokenLifeSeconds)
      await first.proxima.me.get()
      server.clock.advance(tokenLifeSeconds)
      // The first token of both would now end the session (RFC 9700 §4.14.2).
      expect((await second.proxima.me.get()).id).toBe(id)
      expect((await first.proxima.me.get()).id).toBe(id)
    })
  })

  it('is refreshed once, although each tab sees late what the other has stored', async () => {
    // Each process of a browser has a copy of `localStorage`. A message may arrive before the change of the copy.
    const copies = [sharedStorage(), sharedStorage()] as const
    const late = (own: SessionStorage, other: SessionStorage): SessionStorage => {
      const later = (change: () => unknown) => void setTimeout(change, 100)
      return {
        getItem: (key) => own.getItem(key),
        setItem: async (key, value) => {
          later(() => other.setItem(key, value))
          await own.setItem(key, value)
        },
        removeItem: async (key) => {
          later(() => other.removeItem(key))
          await own.removeItem(key)
        },
      }
    }
    const storageKey = `late-${newId()}`
    const first = tabs.open({ storage: late(copies[0], copies[1]), storageKey })
    const second = tabs.open({ storage: late(copies[1], copies[0]), storageKey })
    const { id } = await signIn(first)
    await vi.waitFor(async () => expect((await second.proxima.session.load()).userId).toBe(id))
    server.clock.advance(tokenLifeSeconds)
    const found = await Promise.all([first, second].map(({ proxima }) => proxima.me.get()))
    expect(found.map((me) => me.id)).toEqual([id, id])
    expect(first.sent.count(refresh) + second.sent.count(refresh)).toBe(1)
  })

  it('is left to a tab again whose claim has outlived it', async () => {
    vi.stubGlobal('navigator', {})
    try {
      const storage = sharedStorage()
      const tab = tabs.open({ storage, storageKey: 'left' })
      await signIn(tab)
      await storage.setItem('left.refreshing', `${Date.now() - 1} a tab that was closed`)
      await tab.proxima.session.refresh()
      await storage.setItem('left.refreshing', `${Date.now() + 3_600_000} a clock that was set back`)
      await tab.proxima.session.refresh()
      expect(tab.sent.count(refresh)).toBe(2)
      expect([...storage.items.keys()]).toEqual(['left'])
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it('ends in both tabs when one of them signs out, or finds that it is revoked', async () => {
    for (const end of ['sign-out', 'revocation']) {
      const [first, second] = tabs.openTwo()
      const { secret } = await signIn(first)
      await second.proxima.session.load()
      if (end === 'sign-out') await first.proxima.auth.logout()
      else {
        const elsewhere = tabs.open()
        await elsewhere.proxima.auth.loginWithUserSecret({ user_secret: secret })
        await elsewhere.proxima.me.sessions.endOthers()
        await expect(first.proxima.me.get()).rejects.toMatchObject({ code: 'invalid_token' })
      }
      await vi.waitFor(() => expect(second.proxima.session.status).toBe('signed_out'))
      expect(second.changes.at(-1)).toEqual({ status: 'signed_out', userId: null })
      expect(second.sent.requests).toEqual([])
    }
  })

  it('follows another user who signs in in another tab', async () => {
    const [first, second] = tabs.openTwo()
    await signIn(first)
    await second.proxima.session.load()
    const { id } = await signIn(first)
    await vi.waitFor(() => expect(second.proxima.session.userId).toBe(id))
    expect((await second.proxima.me.get()).id).toBe(id)
  })

  it('goes on in a copied tab, which has a copy of its storage', async () => {
    const storageKey = `session-${newId()}`
    const storage = sharedStorage()
    const first = tabs.open({ storage, storageKey })
    const { id } = await signIn(first)
    const copy = sharedStorage()
    for (const [key, value] of storage.items) copy.items.set(key, value)
    const second = tabs.open({ storage: copy, storageKey })
    await second.proxima.session.load()
    server.clock.advance(tokenLifeSeconds)
    await first.proxima.me.get()
    await vi.waitFor(() => expect([...copy.items.values()]).toEqual([...storage.items.values()]))
    server.clock.advance(tokenLifeSeconds)
    expect((await second.proxima.me.get()).id).toBe(id)
    await vi.waitFor(() => expect([...copy.items.values()]).toEqual([...storage.items.values()]))
    expect((await first.proxima.me.get()).id).toBe(id)
  })
})
