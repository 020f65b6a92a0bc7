import { newId } from '../../src/platform/kernel/ids.ts'
import type { NamedOperation } from './openapi-document.ts'
import type { Answer, TestClient } from './test-client.ts'

export type Which = (operation: NamedOperation) => boolean

export const every: Which = () => true
export const takesBody: Which = ({ requestBody }) => requestBody !== undefined
export const takesQuery: Which = ({ parameters = [] }) => parameters.some((each) => each.in === 'query')
export const needsCredential: Which = ({ security }) => security.length > 0
export const takesCookie: Which = ({ method, security }) => security.length > 0 && method !== 'get'
export const takesId: Which = ({ path }) => path.includes('{id}')
export const named =
  (...operationIds: readonly string[]): Which =>
  ({ operationId }) =>
    operationIds.includes(operationId)

export const isLimited = named(
  'register',
  'getAvailability',
  'login',
  'loginWithUserSecret',
  'refresh',
  'changeMyPassword',
  'renewMySecret',
  'changeMyUsername',
)

/** How an operation is called; what is not said is as it should be. */
export interface Call {
  readonly client?: TestClient
  readonly body?: string
  readonly query?: string
  readonly headers?: Record<string, string>
  readonly credential?: string | null
}

export function callOf(
  { method, path, requestBody, security }: NamedOperation,
  options: Call & { readonly client: TestClient },
): Promise<Answer> {
  const { client, query = '', headers = {}, credential = null } = options
  const body = options.body ?? (requestBody === undefined ? undefined : '{}')
  const bearer = security.length > 0 && credential !== null ? { token: credential } : {}
  return client.send(method.toUpperCase(), path.replace('{id}', newId()) + query, body, {
    headers,
    ...bearer,
  })
}

/** The answer to one of several at once for whom there was no room. */
export async function refusedOf(send: (index: number) => Promise<Answer>): Promise<Answer> {
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => send(index)))
  const refused = answers.find(({ status }) => status === 503)
  if (refused === undefined) throw new Error('nobody was refused')
  return refused
}

/** Of somebody who changes all by which they sign in. */
export async function changedCredentials(client: TestClient, password: string) {
  const { token } = await client.signUp('farida-2', password)
  const change = { current_password: password, new_password: 'nine quiet rivers bend' }
  return {
    changeMyPassword: [await client.put('/v1/me/password', change, { token })],
    renewMySecret: [await client.post('/v1/me/secret', {}, { token })],
    changeMyUsername: [await client.put('/v1/me/username', { username: 'farida-3' }, { token })],
  }
}
