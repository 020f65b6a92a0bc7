import { AsyncLocalStorage } from 'node:async_hooks'
import { type Browser, resumeCookieName } from './model.ts'

/** The browser of the request that the provider works on. */
export const browsers = new AsyncLocalStorage<Browser>()

/** The names by which the provider asks for its cookies. */
export const cookieNames = { session: 'session', interaction: 'interaction', resume: 'resume' } as const

interface CookieOptions {
  readonly path?: string
  readonly maxAge?: number
}

/**
 * Stands in for the cookies of the provider. Its session is that of the hosted pages, so it sees the id of that session
 * and can set no cookie for it. What it remembers of a request is found by the address and the session.
 */
export class BrowserCookies {
  secure = true

  get(name: string): string | undefined {
    const browser = browsers.getStore()
    if (name === cookieNames.session) return browser?.principal?.sessionId
    if (name === cookieNames.resume) return browser?.readCookie(resumeCookieName) ?? undefined
    return undefined
  }

  set(name: string, value?: string | null, { path = '/', maxAge }: CookieOptions = {}): this {
    if (name !== cookieNames.resume) return this
    const maxAgeSeconds = maxAge === undefined ? null : Math.floor(maxAge / 1_000)
    browsers.getStore()?.cookies.push({ name: resumeCookieName, value: value ?? null, path, maxAgeSeconds })
    return this
  }
}
