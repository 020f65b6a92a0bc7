import type { Database } from '../../src/platform/database/tables.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'
import type { TestEngine } from './engines.ts'
import { codeSentTo } from './sent-codes.ts'
import type { Answer, TestClient } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import { startTestServer, type TestServer } from './test-server.ts'

export const oldPassword = 'correct horse battery staple'
export const newPassword = 'nine quiet rivers bend slowly'

/** Asks for the recovery of an account, and exchanges the code that was sent to the contact for a token. */
export async function recoveryTokenFor(
  client: TestClient,
  identifier: string,
  { contact = identifier, headers = {} }: { contact?: string; headers?: Record<string, string> } = {},
): Promise<string> {
  await client.post('/v1/auth/recovery', { identifier }, { headers })
  const code = await codeSentTo(client, contact)
  const { status, text, body } = await client.post(
    '/v1/auth/recovery/verify',
    { identifier, code },
    { headers },
  )
  if (status !== 200) throw new Error(`verify answered ${text}`)
  return String(body.recovery_token)
}

type ContactColumn = 'email' | 'phone_number'

export interface Registered {
  readonly id: AccountId
  readonly username: string
  /** Empty if the account has a password. */
  readonly secret: string
}

/** Two nodes on one database, with the calls of people who have forgotten their password. */
export interface RecoveryServer extends TestServer {
  readonly db: Database
  readonly other: TestServer
  request(identifier: string): Promise<Answer>
  verify(identifier: string, code: string, node?: TestServer): Promise<Answer>
  reset(token: string, password?: string): Promise<Answer>
  login(identifier: string, password: string): Promise<Answer>
  /** From an address of its own, so that the limits of one client do not matter. */
  post(path: string, body: unknown, node?: TestServer): Promise<Answer>
  /** Registers an account, of which the named contacts are verified. Without a password it gets a secret. */
  register(
    contacts: object,
    verified?: readonly ContactColumn[],
    password?: string | null,
  ): Promise<Registered>
  /** Requests a code for the identifier, and exchanges the one that was sent to the contact. */
  tokenFor(identifier: string, contact?: string): Promise<string>
  /** Requests a code for the phone number, and tries to exchange it. */
  exchange(identifier: string, node?: TestServer): Promise<Answer>
}

export async function startRecoveryServer(
  engine: TestEngine,
  more: Readonly<Record<string, string>> = {},
): Promise<RecoveryServer> {
  const env = {
    PROXIMA_LIMITS: 'on',
    PROXIMA_VERIFICATION: 'off',
    PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
    PROXIMA_PURGE_INTERVAL_SECONDS: '0',
    ...more,
  }
  const server = await startTestServer(engine, { env })
  const { databaseUrl, clock } = server
  const other = await startTestServer(engine, { databaseUrl, clock, env })
  const db = openDatabase(databaseUrl)
  let address = 0
  const post = async (path: string, body: unknown, node: TestServer = server) => {
    address += 1
    const from = `198.51.${Math.floor(address / 250)}.${address % 250}`
    return await node.client.post(path, body, { headers: { 'x-forwarded-for': from } })
  }
  const path = '/v1/auth/recovery'
  const request = (identifier: string) => post(path, { identifier })
  const verify = (identifier: string, code: string, node?: TestServer) =>
    post(`${path}/verify`, { identifier, code }, node)
  const exchange = async (identifier: string, node?: TestServer) => {
    await request(identifier)
    return await verify(identifier, await codeSentTo(server.client, identifier), node)
  }
  return {
    ...server,
    db,
    other,
    post,
    request,
    verify,
    exchange,
    reset: (recovery_token, new_password) =>
      post(`${path}/reset`, { recovery_token, ...(new_password !== undefined && { new_password }) }),
    login: (identifier, password) => post('/v1/auth/login', { identifier, password }),
    register: async (contacts, verified = [], password = oldPassword) => {
      const username = nameOf('p').replaceAll('-', '')
      const registered = await post('/v1/auth/register', {
        username,
        ...contacts,
        ...(password !== null && { password }),
      })
      if (registered.status !== 201) throw new Error(registered.text)
      const { id, user_secret: secret = '' } = registered.body as { id: AccountId; user_secret?: string }
      for (const column of verified) await markVerified(db, id, column)
      return { id, username, secret }
    },
    tokenFor: async (identifier, contact = identifier) => {
      await request(identifier)
      const { status, text, body } = await verify(identifier, await codeSentTo(server.client, contact))
      if (status !== 200) throw new Error(`verify answered ${text}`)
      return String(body.recovery_token)
    },
    close: async () => {
      await db.destroy()
      await other.close()
      await server.close()
    },
  }
}

async function markVerified(db: Database, id: AccountId, column: ContactColumn): Promise<void> {
  const verified = { [`${column}_verified_at`]: Date.now() }
  await db.updateTable('accounts').set(verified).where('id', '=', id).execute()
}

export const nameOf = (name: string) => `${name}-${newId().slice(-12)}`
export const emailOf = (name: string) => `${nameOf(name)}@example.com`
export const phoneOf = () => `+2547${Math.floor(Math.random() * 90_000_000 + 10_000_000)}`
