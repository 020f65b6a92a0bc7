import {
  auditEventsApi,
  clientsApi,
  deploymentApi,
  messagesApi,
  rolesApi,
  serviceAccountsApi,
  statisticsApi,
  webhooksApi,
} from './api/administration.ts'
import { authApi } from './api/auth.ts'
import { meApi } from './api/me.ts'
import { userJobsApi, usersApi } from './api/users.ts'
import { ApiKeyCredentials } from './api-key.ts'
import { callerOf } from './caller.ts'
import { CookieSession } from './cookie-session.ts'
import type { Credentials } from './credentials.ts'
import { exclusiveFor } from './exclusive.ts'
import { sessionOver } from './session.ts'
import { memoryStorage, type SessionStorage } from './stored-session.ts'
import { openTabs } from './tabs.ts'
import { TokenSession } from './token-session.ts'
import { Transport } from './transport.ts'

interface CommonOptions {
  /** The address of the server, such as `https://accounts.example.org`. */
  readonly url: string
  /** How long to wait for an answer, in each attempt. By default 30 seconds. */
  readonly timeoutMs?: number
  /** In place of the global `fetch`. */
  readonly fetch?: typeof fetch
  /**
   * Makes idempotency keys: random UUIDs. By default from `crypto.getRandomValues`. Without either, none are sent, and
   * calls that create something are not repeated.
   */
  readonly randomId?: () => string
}

/** The client keeps an access token and a refresh token. */
export interface TokenOptions extends CommonOptions {
  readonly mode?: 'token'
  /** Where to keep the session, such as `localStorage`. By default in memory. */
  readonly storage?: SessionStorage
  /** The name of the session in the storage. By default, it is made of the address of the server. */
  readonly storageKey?: string
}

/** The browser keeps a cookie that no script can read. */
export interface CookieOptions extends Omit<CommonOptions, 'url'> {
  readonly mode: 'cookie'
  /** By default the origin of the page. The cookie works only there. */
  readonly url?: string
}

/** The client is a program with an API key, and never signs in. */
export interface ApiKeyOptions extends CommonOptions {
  readonly apiKey: string
}

export type ProximaOptions = TokenOptions | CookieOptions | ApiKeyOptions

const defaultTimeoutMs = 30_000

export type Proxima = ReturnType<typeof createProxima>

/** Makes a client of one server. @throws TypeError if an option cannot work */
export function createProxima(options: ProximaOptions) {
  requireUsable(options)
  const isCookie = 'mode' in options && options.mode === 'cookie'
  const url = (options.url ?? '').replace(/\/+$/, '')
  const transport = new Transport({
    url,
    // Looked up for each call, because programs replace it later.
    fetch: options.fetch ?? ((...given) => globalThis.fetch(...given)),
    timeoutMs: options.timeoutMs ?? defaultTimeoutMs,
    // A token must not travel together with the cookie of another user.
    credentials: isCookie ? 'same-origin' : 'omit',
    randomId: options.randomId ?? randomId,
  })
  const credentials = credentialsOf(options, transport, url)
  const call = callerOf(transport, credentials)
  return {
    session: sessionOver(credentials),
    auth: authApi(call, credentials, isCookie ? 'cookie' : 'token'),
    me: meApi(call, credentials),
    users: usersApi(call),
    userJobs: userJobsApi(call),
    roles: rolesApi(call),
    clients: clientsApi(call),
    serviceAccounts: serviceAccountsApi(call),
    webhooks: webhooksApi(call),
    auditEvents: auditEventsApi(call),
    /** Mails and text messages, without recipients and texts. */
    messages: messagesApi(call),
    /** The settings in effect, and what the server finds out about itself. */
    deployment: deploymentApi(call),
    /** The figures. Needs `statistics:read`. */
    statistics: statisticsApi(call),
    /** Stops listening to other tabs. The session stays. */
    close: () => credentials.close(),
  }
}

/** A page may have a path, or nothing, in place of the address: the server is then that of the page. */
const urlForm = /^(?:$|\/|https?:\/\/)/

function requireUsable(options: ProximaOptions): void {
  const isCookie = 'mode' in options && options.mode === 'cookie'
  if (typeof options.url !== 'string' ? !isCookie : !urlForm.test(options.url))
    throw new TypeError('url is not an address such as https://accounts.example.org.')
  // It often comes from an environment variable. Without this, "undefined" would be sent.
  if ('apiKey' in options && !options.apiKey) throw new TypeError('apiKey is empty. Set it, or leave it out.')
}

function credentialsOf(options: ProximaOptions, transport: Transport, url: string): Credentials {
  if ('apiKey' in options) return new ApiKeyCredentials(transport, options.apiKey)
  if (options.mode === 'cookie')
    return new CookieSession({ transport, openTabs: (receive) => openTabs('proxima.cookie', receive) })
  // The tokens of one server must not be sent to another. Some key stores take only these characters.
  const { storage, storageKey: key = `proxima.${url.replaceAll(/[^\w.-]+/g, '_')}` } = options
  if (storage === undefined)
    return new TokenSession({
      transport,
      key,
      storage: memoryStorage(),
      // No one else has this session.
      exclusive: (work) => work(false),
      openTabs: () => ({ send: () => undefined, close: () => undefined }),
    })
  return new TokenSession({
    transport,
    key,
    storage,
    exclusive: exclusiveFor(key, storage),
    openTabs: (receive) => openTabs(key, receive),
  })
}

/** Null if there is no source of random numbers, as in React Native without a package for it. */
function randomId(): string | null {
  const { crypto } = globalThis as { crypto?: { getRandomValues(bytes: Uint8Array): Uint8Array } }
  const bytes = crypto?.getRandomValues(new Uint8Array(16))
  return bytes === undefined ? null : Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
