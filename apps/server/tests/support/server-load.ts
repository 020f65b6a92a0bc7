import { randomUUID } from 'node:crypto'
import { password } from './password.ts'
import type { Answer, TestClient } from './test-client.ts'

/** A registration that was sent, and may be sent again. */
export interface Registration {
  readonly key: string
  readonly body: { readonly username: string; readonly password?: string }
}

/** An account whose registration was acknowledged. */
export interface Registered extends Registration {
  readonly id: string
  /** The whole answer. */
  readonly text: string
  /** Null if the account has the password. */
  readonly secret: string | null
}

/** A sign-in that was acknowledged. */
export interface SignedIn {
  readonly accountId: string
  readonly sessionId: string
  readonly token: string
}

/** The calls that a server acknowledged before it ended, and those that were still open. */
export interface Load {
  readonly registered: Registered[]
  readonly signedIn: SignedIn[]
  readonly unanswered: Registration[]
  /** Answers that a healthy server never gives. */
  readonly unexpected: string[]
}

const laneCount = 6
let laneTotal = 0

export function newLoad(): Load {
  return { registered: [], signedIn: [], unanswered: [], unexpected: [] }
}

/** Runs clients that register and sign in, one account after the other, until the server is gone. */
export async function putLoadOn(client: TestClient, load: Load): Promise<void> {
  await Promise.all(Array.from({ length: laneCount }, (_, index) => runLane(client, load, index % 3 === 0)))
}

async function runLane(client: TestClient, load: Load, withPassword: boolean): Promise<void> {
  laneTotal += 1
  const lane = laneTotal
  for (let count = 0; ; count++) {
    const username = `lane${lane}n${count}`
    const body = withPassword ? { username, password } : { username }
    const registration = { key: randomUUID(), body }
    const registered = await register(client, registration).catch(() => null)
    if (registered === null) return void load.unanswered.push(registration)
    if (typeof registered === 'string') return void load.unexpected.push(registered)
    load.registered.push(registered)
    const signedIn = await signIn(client, registered).catch(() => null)
    if (signedIn === null) return
    if (typeof signedIn === 'string') return void load.unexpected.push(signedIn)
    load.signedIn.push(signedIn)
  }
}

/** @returns the account, or the answer as text if it was not a success. Sent again, it returns the same account. */
export async function register(
  client: TestClient,
  { key, body }: Registration,
): Promise<Registered | string> {
  const headers = { 'idempotency-key': key, ...addressOf(body.username) }
  const answer = await client.post('/v1/auth/register', body, { headers })
  if (answer.status !== 201) return describe(answer)
  return { key, body, id: answer.body.id, text: answer.text, secret: answer.body.user_secret ?? null }
}

/** @returns the session, or the answer as text if it was not a success */
export async function signIn(
  client: TestClient,
  { id, body, secret }: Registered,
): Promise<SignedIn | string> {
  const headers = addressOf(body.username)
  const answer =
    secret === null
      ? await client.post('/v1/auth/login', body, { headers })
      : await client.post('/v1/auth/token', { user_secret: secret }, { headers })
  if (answer.status !== 200) return describe(answer)
  return { accountId: id, sessionId: answer.body.session_id, token: answer.body.access_token }
}

function describe({ status, text }: Answer): string {
  return `${status} ${text}`
}

/** Each account has its own address, so that no call reaches a limit on addresses. */
function addressOf(username: string): { 'x-forwarded-for': string } {
  const [lane = 0, count = 0] = (username.match(/\d+/g) ?? []).map(Number)
  return { 'x-forwarded-for': `10.${lane >> 8}.${lane & 0xff}.${count & 0xff}` }
}
