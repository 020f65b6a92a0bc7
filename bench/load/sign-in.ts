import { type Person, sharedPassword } from '../fill/people.ts'
import type { Conversation } from './closed-loop.ts'
import { Connection, jsonOf } from './connection.ts'
import { requestBytes } from './request.ts'

/**
 * Each request comes from its own address and mostly its own network, as with real people, because one caller and one
 * network get only a share of the queue of password hashes.
 */
export function passwordRequests(people: readonly Person[]): Buffer[] {
  return people
    .filter(({ userSecret }) => userSecret === null)
    .map(({ username }, index) =>
      requestBytes({
        method: 'POST',
        path: '/v1/auth/login',
        headers: { 'x-forwarded-for': addressOf(index) },
        json: { username, password: sharedPassword },
      }),
    )
}

/** The same sign-ins with the form of the page. */
export function formSignIns(people: readonly Person[], origin: string): Buffer[] {
  return people
    .filter(({ userSecret }) => userSecret === null)
    .map(({ username }, index) =>
      requestBytes({
        method: 'POST',
        path: '/sign-in',
        headers: { 'x-forwarded-for': addressOf(index), origin },
        form: { identifier: username, password: sharedPassword },
      }),
    )
}

function addressOf(index: number): string {
  return `10.1.${index % 250}.${(Math.floor(index / 250) % 250) + 1}`
}

type Mode = 'token' | 'code'

export function secretRequests(people: readonly Person[], mode: Mode = 'token'): Buffer[] {
  return people
    .filter(({ userSecret }) => userSecret !== null)
    .map(({ userSecret }) =>
      requestBytes({ method: 'POST', path: '/v1/auth/token', json: { user_secret: userSecret, mode } }),
    )
}

export interface Callers {
  readonly mode?: Mode
  readonly count?: number
}

/** Signs in people with a secret, up to `count`. @returns one request for each of them */
export async function meRequests(
  url: string,
  people: readonly Person[],
  { mode = 'token', count = 100 }: Callers = {},
): Promise<Buffer[]> {
  const signedIn = await signIn(url, people, { mode, count })
  return signedIn.map(({ access_token, session_code }) =>
    requestBytes({
      method: 'GET',
      path: '/v1/me',
      headers: { authorization: `Bearer ${mode === 'code' ? session_code : access_token}` },
    }),
  )
}

/** Like `meRequests`, each with an API key of the person. */
export async function keyRequests(url: string, people: readonly Person[], count = 100): Promise<Buffer[]> {
  const connection = new Connection(url)
  const requests: Buffer[] = []
  for (const token of await accessTokens(url, people, count)) {
    const headers = { authorization: `Bearer ${token}` }
    const making = requestBytes({ method: 'POST', path: '/v1/me/api-keys', headers, json: { name: 'bench' } })
    const { key } = jsonOf(await connection.send(making)) as { readonly key: string }
    const authorization = `Bearer ${key}`
    requests.push(requestBytes({ method: 'GET', path: '/v1/me', headers: { authorization } }))
  }
  connection.close()
  return requests
}

/** Signs in people with a secret, up to `count`, and returns their access tokens. */
export async function accessTokens(url: string, people: readonly Person[], count = 100): Promise<string[]> {
  const signedIn = await signIn(url, people, { mode: 'token', count })
  return signedIn.map(({ access_token }) => access_token)
}

/**
 * Refreshes sessions. Each refresh uses the token from the previous refresh of its session. The session that has waited
 * longest is next.
 */
export async function refreshes(
  url: string,
  people: readonly Person[],
  count: number,
): Promise<Conversation> {
  const signedIn = await signIn(url, people, { mode: 'token', count })
  const tokens = signedIn.map(({ refresh_token }) => refresh_token)
  return {
    next: () =>
      requestBytes({ method: 'POST', path: '/v1/auth/refresh', json: { refresh_token: tokens.shift() } }),
    answered: (answer) => tokens.push((jsonOf(answer) as SignedIn).refresh_token),
  }
}

/** The part of the answer to a sign-in that is needed here. */
interface SignedIn {
  readonly access_token: string
  readonly session_code: string
  readonly refresh_token: string
}

async function signIn(
  url: string,
  people: readonly Person[],
  { mode, count }: Required<Callers>,
): Promise<SignedIn[]> {
  const connection = new Connection(url)
  const signedIn: SignedIn[] = []
  for (const request of secretRequests(people, mode).slice(0, count))
    signedIn.push(jsonOf(await connection.send(request)) as SignedIn)
  connection.close()
  return signedIn
}
