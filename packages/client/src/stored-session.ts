import type { Login } from './api-types.data.ts'
import { ProximaError } from './error.ts'

/** Where a session is stored. `localStorage`, `sessionStorage` and React Native's AsyncStorage have this form. */
export interface SessionStorage {
  getItem(key: string): string | null | Promise<string | null>
  setItem(key: string, value: string): void | Promise<void>
  removeItem(key: string): void | Promise<void>
}

export interface StoredSession {
  readonly id: string
  readonly userId: string
  readonly accessToken: string
  readonly refreshToken: string
  /** By the clock of this machine, in milliseconds since 1970. */
  readonly refreshAt: number
  /** How often it was refreshed. Of two copies of a session, the one with more is newer. */
  readonly refreshes: number
}

/** A token is replaced a little before it ends, so that no call is refused because of its age. */
const usedShare = 0.95

export function sessionOf(login: Login, refreshes: number): StoredSession {
  const { session_id: id, user, access_token: accessToken, refresh_token: refreshToken, expires_in } = login
  if (accessToken === null || refreshToken === null || expires_in === null)
    throw new ProximaError({ code: 'unexpected_answer', status: 200 })
  return { id, userId: user.id, accessToken, refreshToken, refreshAt: usableUntil(expires_in), refreshes }
}

export function usableUntil(expiresInSeconds: number): number {
  return Date.now() + expiresInSeconds * 1_000 * usedShare
}

/** Null if there is none, or if something else was stored under the same name. */
export function parseSession(text: string | null): StoredSession | null {
  try {
    const session = JSON.parse(text ?? 'null') as StoredSession | null
    return typeof session?.refreshToken === 'string' ? session : null
  } catch {
    return null
  }
}

/** The default: the session ends with the page or the process, and no other program can read it. */
export function memoryStorage(): SessionStorage {
  const items = new Map<string, string>()
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  }
}
