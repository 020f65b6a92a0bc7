import { newId } from '../../src/platform/kernel/ids.ts'
import type { NamedOperation } from './openapi-document.ts'
import type { Answer, TestClient } from './test-client.ts'

/** Sorts of operations, by what they are. */
export type Which = (operation: NamedOperation) => boolean

export const notOf =
  (which: Which): Which =>
  (operation) =>
    !which(operation)
export const takesBody: Which = ({ requestBody }) => requestBody !== undefined
export const takesQuery: Which = ({ parameters = [] }) => parameters.some((each) => each.in === 'query')
export const needsCredential: Which = ({ security }) => security.length > 0
export const takesCookie: Which = ({ method, security }) => security.length > 0 && method !== 'get'
export const takesImage: Which = ({ requestBody }) => requestBody?.content['image/*'] !== undefined
export const takesJson: Which = (operation) => takesBody(operation) && !takesImage(operation)
export const namesThing: Which = ({ path }) => path.includes('{')
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
  'putProfileImage',
  'restore',
  'exportMe',
  'checkReceipt',
)

export interface Call {
  readonly client: TestClient
  /** Null for none. */
  readonly credential: string | null
  readonly body?: string
  readonly query?: string
  readonly headers?: Record<string, string>
}

/** Calls the operation as its description allows: with ids that do not exist and an empty body. */
export function callOperation(operation: NamedOperation, options: Call): Promise<Answer> {
  const { method, path, requestBody, security } = operation
  const { client, credential, query = '', headers = {} } = options
  const body = options.body ?? (requestBody === undefined ? undefined : '{}')
  const bearer = security.length > 0 && credential !== null ? { token: credential } : {}
  return client.send(method.toUpperCase(), addressOf(path) + query, body, { headers, ...bearer })
}

/** The first answer to say that there were too many. */
export async function limitedOf(send: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; tries <= 1_000; tries++) {
    const answer = await send()
    if (answer.status === 429) return answer
  }
  throw new Error('there is no limit')
}

/** The answer to one of several at once for whom there was no room. */
export async function refusedOf(send: (index: number) => Promise<Answer>): Promise<Answer> {
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => send(index)))
  const refused = answers.find(({ status }) => status === 503)
  if (refused === undefined) throw new Error('no request was refused')
  return refused
}

// Ids that are well-formed and belong to no account.
function addressOf(path: string): string {
  const token = 'A'.repeat(43)
  const things = { id: newId(), token, file: '64.webp', receipt: `pxd_${token}` }
  return Object.entries(things).reduce((filled, [name, value]) => filled.replace(`{${name}}`, value), path)
}
