import { newId } from '../../../../apps/server/src/platform/kernel/ids.ts'
import { createProxima, type Proxima, type SessionStorage, type SignInState } from '../../src/index.ts'
import { type Recorder, recorder } from './recorder.ts'

export const refresh = 'POST /v1/auth/refresh'
/** More than the life of an access token, which is 15 minutes. */
export const tokenLifeSeconds = 16 * 60

/** As `localStorage` is for the tabs of a browser. */
export function sharedStorage(): SessionStorage & { readonly items: Map<string, string> } {
  const items = new Map<string, string>()
  return {
    items,
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
}

/** The same, as the storage of React Native is. */
export function slowStorage(items: SessionStorage): SessionStorage {
  return {
    getItem: async (key) => await items.getItem(key),
    setItem: async (key, value) => await items.setItem(key, value),
    removeItem: async (key) => await items.removeItem(key),
  }
}

export interface Tab {
  readonly proxima: Proxima
  readonly sent: Recorder
  readonly changes: SignInState[]
}

/** Registers someone who has a user secret, which costs no time to check. */
export async function register({ proxima }: Tab): Promise<{ id: string; secret: string }> {
  const user = await proxima.auth.register({ username: `p-${newId().replaceAll('-', '')}` })
  if (!('user_secret' in user) || user.user_secret == null) throw new Error('the answer has no user secret')
  return { id: user.id, secret: user.user_secret }
}

export async function signIn(tab: Tab): Promise<{ id: string; secret: string }> {
  const person = await register(tab)
  await tab.proxima.auth.loginWithUserSecret({ user_secret: person.secret })
  return person
}

export interface TabOptions {
  readonly storage?: SessionStorage
  readonly storageKey?: string
}

/** The tabs of a test, which it closes at its end. */
export class OpenTabs {
  readonly #url: string
  readonly #open: Proxima[] = []

  constructor(url: string) {
    this.#url = url
  }

  /** A client of its own, as each tab of a browser has one. */
  open(options: TabOptions = {}, sent: Recorder = recorder()): Tab {
    const proxima = createProxima({ url: this.#url, fetch: sent.fetch, ...options })
    this.#open.push(proxima)
    const changes: SignInState[] = []
    proxima.session.onChange((change) => changes.push(change))
    return { proxima, sent, changes }
  }

  /** Two tabs that share a session, which nothing else does. */
  openTwo(storage: SessionStorage = sharedStorage()): [Tab, Tab] {
    const options = { storage, storageKey: `session-${newId()}` }
    return [this.open(options), this.open(options)]
  }

  close(): void {
    for (const proxima of this.#open) proxima.close()
  }
}
