import { newId } from '../../src/platform/kernel/ids.ts'
import { signedHeaders } from './bounces.ts'
import { limitedFactorCalls, unprovenFactorBodies } from './factor-answers.ts'
import { keyBodies, limitedKeyCalls, unprovenKeyBodies } from './key-answers.ts'
import type { NamedOperation } from './openapi-document.ts'
import type { Answer, TestClient } from './test-client.ts'
import { limitedWebhookCalls, webhookBodies } from './webhook-answers.ts'

/** Selects operations by their properties. */
export type Filter = (operation: NamedOperation) => boolean

export const notOf =
  (filter: Filter): Filter =>
  (operation) =>
    !filter(operation)
/** Below /oauth, bodies are forms and errors have another form. `features/integration/oauth` has their tests. */
export const isOAuth: Filter = ({ path }) => path.startsWith('/oauth/')
export const takesBody: Filter = ({ requestBody }) => requestBody !== undefined
export const takesQuery: Filter = ({ parameters = [] }) => parameters.some((each) => each.in === 'query')
export const needsSignature: Filter = ({ security }) => security.some((each) => 'webhookSignature' in each)
export const needsCredential: Filter = (operation) =>
  operation.security.length > 0 && !needsSignature(operation) && !isOAuth(operation)
export const takesCookie: Filter = (operation) => needsCredential(operation) && operation.method !== 'get'
export const takesImage: Filter = ({ requestBody }) => requestBody?.content['image/*'] !== undefined
export const takesJson: Filter = (operation) =>
  takesBody(operation) && !takesImage(operation) && !isOAuth(operation)
export const namesThing: Filter = ({ path }) => path.includes('{')
export const named =
  (...operationIds: readonly string[]): Filter =>
  ({ operationId }) =>
    operationIds.includes(operationId)

const contactCalls = ['changeMyEmail', 'changeMyPhoneNumber', 'confirmMyEmail', 'confirmMyPhoneNumber']

/** Every call that takes a session, an access token or an API key. */
export const takesKey: Filter = (operation) => needsCredential(operation) && !named('getMetrics')(operation)
export const needsPermission: Filter = (operation) => operation['x-permission'] !== undefined
export const needNoDatabase = named('getHealth', 'getMetrics', 'getSecurityContact')
export const needsFreshSession: Filter = (operation) => operation['x-fresh-session'] === true

/** Every call of a signed-in user, except what an account may do before it has confirmed a contact. */
export const needsVerified: Filter = (operation) =>
  needsCredential(operation) &&
  !named(
    'getMetrics',
    'getMe',
    'deleteMe',
    'logout',
    'requestVerification',
    'confirmVerification',
    'stopImpersonation',
    ...contactCalls,
  )(operation)

/** Every call of a signed-in user, except what an administrator may do who sees an account as its owner does. */
export const needsOwner: Filter = (operation) =>
  needsCredential(operation) &&
  !named(
    'getMetrics',
    'getMe',
    'listMyPermissions',
    'getProfile',
    'getProfileImage',
    'listMySessions',
    'logout',
    'stopImpersonation',
  )(operation)

export const isLimited = named(
  'register',
  'getAvailability',
  'login',
  'loginWithUserSecret',
  'refresh',
  'issueMyAccessToken',
  'patchMe',
  'patchProfile',
  'changeMyPassword',
  'renewMySecret',
  'changeMyUsername',
  ...contactCalls,
  'requestRecovery',
  'verifyRecovery',
  'resetPassword',
  'requestSignInCode',
  'signInWithCode',
  'requestVerification',
  'confirmRegistration',
  'confirmVerification',
  'putProfileImage',
  'postProfileImage',
  'restore',
  'exportMe',
  'countUsers',
  'listFindings',
  'retryMessage',
  'checkReceipt',
  'reportBounce',
  'createClient',
  'updateClient',
  'deleteClient',
  'addClientSecret',
  'deleteClientSecret',
  'createRole',
  'patchRole',
  'deleteRole',
  'assignRoles',
  'createUser',
  'patchUser',
  'deleteUser',
  'restoreUser',
  'suspendUser',
  'liftSuspension',
  'startRecovery',
  'startVerification',
  'inviteUser',
  'endUserSession',
  'endUserSessions',
  'revokeUserApiKey',
  'resetUserFactors',
  'startFactorRecovery',
  'startImpersonation',
  'stopImpersonation',
  'mergeUsers',
  'createUserJob',
  'exportUsers',
  'revokeMyConsent',
  ...limitedWebhookCalls,
  ...limitedKeyCalls,
  ...limitedFactorCalls,
  'removeMyLinkedAccount',
)

const guesses: Readonly<Record<string, object>> = {
  changeMyPassword: { new_password: 'nine quiet rivers bend' },
  changeMyUsername: { username: 'another-name' },
  changeMyEmail: { email: 'another@example.com' },
  changeMyPhoneNumber: { phone_number: '+254722000999' },
  renewMySecret: {},
  reauthenticate: {},
  deleteMe: {},
}
export const asksForPassword = named(...Object.keys(guesses))

/** A body with a wrong password, for an operation that asks for it. */
export function guessFor({ operationId }: NamedOperation): string {
  return JSON.stringify({ ...guesses[operationId], current_password: 'wrong' })
}

const confirmation = { identifier: 'baraka@example.com', code: '123456', password: 'a wrong one' }

/** Bodies that a server takes without knowing them. */
export const validBodies: Readonly<Record<string, string>> = {
  register: '{"username": "baraka"}',
  loginWithUserSecret: '{"user_secret": "pxu_x"}',
  restore: '{"user_secret": "pxu_x"}',
  confirmRegistration: JSON.stringify(confirmation),
  createClient: '{"client_name": "X"}',
  createRole: '{"name": "support"}',
  ...webhookBodies,
  ...keyBodies,
  assignRoles: '{"roles": []}',
  createUser: '{"username": "baraka"}',
  startVerification: '{"channel": "email"}',
  startImpersonation: '{"reason": "Ticket 4711"}',
  resetUserFactors: '{"reason": "Ticket 4712"}',
  startFactorRecovery: '{"reason": "Ticket 4712"}',
  renameMyFactor: '{"name": "New phone"}',
  mergeUsers: JSON.stringify({ source_id: newId(), dry_run: true }),
  createUserJob: JSON.stringify({ action: 'lift', user_ids: [newId()] }),
  reportBounce: '{"kind": "hard", "email": "amina@example.com"}',
}

/** The bodies of sign-ins that ask for a cookie. */
export const cookieSignIns: Readonly<Record<string, string>> = {
  login: JSON.stringify({ username: 'amina', password: 'any', mode: 'cookie' }),
  loginWithUserSecret: '{"user_secret": "pxu_x", "mode": "cookie"}',
  restore: '{"user_secret": "pxu_x", "mode": "cookie"}',
}

/** The bodies of calls with the right credentials of `amina`. */
export function signedInBodies(password: string, refreshToken: unknown): Readonly<Record<string, string>> {
  return {
    login: JSON.stringify({ username: 'amina', password }),
    refresh: JSON.stringify({ refresh_token: refreshToken }),
  }
}

/** A body for a call that hashes its password, another one for each index. */
export function hashedBody(path: string, index: number, password: string): object {
  return path.endsWith('/confirm')
    ? confirmation
    : { username: `of${path.replaceAll('/', '-')}-${index}`, password }
}

/** The bodies of calls that need a fresh session, without a proof. */
export const unprovenBodies: Readonly<Record<string, string | undefined>> = {
  changeMyPassword: '{"new_password": "nine quiet rivers bend"}',
  renewMySecret: '{}',
  changeMyUsername: '{"username": "amina-2"}',
  changeMyEmail: '{"email": "amina-2@example.com"}',
  changeMyPhoneNumber: '{"phone_number": "+254722000999"}',
  exportMe: undefined,
  ...unprovenKeyBodies,
  ...unprovenFactorBodies,
  removeMyLinkedAccount: undefined,
}

/** Calls that touch nothing that a test could break. */
export const cannotFail = [
  ...['getServerMetadata', 'getOpenIdConfiguration', 'listProviders'],
  ...['getHealth', 'getReadiness', 'getMetrics', 'getSecurityContact'],
]

/** Answers that no call here can provoke. */
export const unseenAnswers = [
  ...cannotFail.map((operationId) => `${operationId} 500 internal_error`),
  // They take thousands of streams.
  ...['streamRevocations 429 rate_limited', 'streamRevocations 503 overloaded'],
  // They take a setting that is off. The tests of proof of work hold them against the document.
  ...['login', 'register', 'requestRecovery', 'requestSignInCode'].map(
    (id) => `${id} 403 proof_of_work_required`,
  ),
].sort()

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
  const { method, path, requestBody } = operation
  const { client, credential, query = '', headers = {} } = options
  const body = options.body ?? (requestBody === undefined ? undefined : '{}')
  const isMeant = credential !== null
  const bearer = isMeant && needsCredential(operation) ? { token: credential } : {}
  const signed = isMeant && needsSignature(operation) ? signedHeaders(body ?? '', new Date()) : {}
  return client.send(method.toUpperCase(), addressOf(path) + query, body, {
    headers: { ...signed, ...headers },
    ...bearer,
  })
}

/** Repeats the request until an answer is 429, and returns that answer. */
export async function limitedOf(send: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 0; tries <= 1_000; tries++) {
    const answer = await send()
    if (answer.status === 429) return answer
  }
  throw new Error('there is no limit')
}

/** Sends several requests at once, and returns the answer to one that was refused with 503. */
export async function overloadedOf(send: (index: number) => Promise<Answer>): Promise<Answer> {
  const answers = await Promise.all(Array.from({ length: 12 }, (_, index) => send(index)))
  const refused = answers.find(({ status }) => status === 503)
  if (refused === undefined) throw new Error('no request was refused')
  return refused
}

// Fills in ids that are well-formed and belong to no account.
function addressOf(path: string): string {
  const token = 'A'.repeat(43)
  const things = {
    id: newId(),
    session: newId(),
    key_id: newId(),
    name: 'no-such-role',
    token,
    file: '64.webp',
    receipt: `pxd_${token}`,
  }
  return Object.entries(things).reduce((filled, [name, value]) => filled.replace(`{${name}}`, value), path)
}
