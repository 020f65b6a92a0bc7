import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { type Login, loginWith, newPerson } from '../../../../tests/support/people.ts'
import { raceSize } from '../../../../tests/support/race-size.ts'
import { insertRoles } from '../../../../tests/support/roles.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { Database } from '../../../platform/database/tables.ts'
import type { AccountId, SessionId } from '../../../platform/kernel/ids.ts'

const graceSeconds = 10
const ttlSeconds = 30 * 86_400

describe.each(engines)('refreshing on $name', (engine) => {
  let server: TestServer
  let db: Database
  beforeAll(async () => {
    server = await startTestServer(engine)
    db = openDatabase(server.databaseUrl)
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
  })

  const refresh = async (token: string, on = server) => {
    const answer = await on.client.post('/v1/auth/refresh', { refresh_token: token })
    return { ...answer, body: answer.body as Login & { code?: string } }
  }

  async function signIn(): Promise<{ id: AccountId; login: Login }> {
    const { id, secret } = await newPerson(server.client)
    return { id, login: await loginWith(server.client, secret) }
  }

  async function expectDead(...tokens: readonly string[]): Promise<void> {
    for (const token of tokens) {
      const { status, body, headers } = await refresh(token)
      expect([status, body.code]).toEqual([401, 'invalid_token'])
      expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
  }

  it('gives a new access token and a new refresh token of the same session', async () => {
    const { login } = await signIn()
    server.clock.advance(60)
    const { status, body, headers } = await refresh(login.refresh_token)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body).toEqual({
      ...login,
      access_token: expect.any(String),
      refresh_token: expect.stringMatching(/^pxr_[\w-]{70}$/),
    })
    expect(body.access_token).not.toBe(login.access_token)
    expect(body.refresh_token).not.toBe(login.refresh_token)
    expect((await server.client.me(body.access_token)).status).toBe(200)
  })

  it('gives no access token that outlives the session, also for a service that does not know the session', async () => {
    const { login } = await signIn()
    server.clock.advance(13 * 86_400)
    const later = await refresh(login.refresh_token)
    server.clock.advance(13 * 86_400)
    const last = await refresh(later.body.refresh_token)
    server.clock.advance(4 * 86_400 - 300)
    const { body } = await refresh(last.body.refresh_token)
    expect(body.expires_in).toBe(300)
    const { iat, exp } = decodeJwt(body.access_token)
    expect(Number(exp) - Number(iat)).toBe(300)
  })

  it('A78: a lost answer and a second tab get the same successor, one after the other and long chains too', async () => {
    const { login } = await signIn()
    const first = (await refresh(login.refresh_token)).body.refresh_token
    const second = (await refresh(first)).body.refresh_token
    server.clock.advance(graceSeconds - 0.001)
    expect((await refresh(login.refresh_token)).body.refresh_token).toBe(first)
    expect((await refresh(first)).body.refresh_token).toBe(second)
    expect((await refresh(second)).status).toBe(200)
  })

  it('A78: many at once get one and the same successor, and no one is signed out', {
    tags: 'long',
  }, async () => {
    const { login } = await signIn()
    const answers = await Promise.all(Array.from({ length: raceSize }, () => refresh(login.refresh_token)))
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    const successors = new Set(answers.map(({ body }) => body.refresh_token))
    expect(successors.size).toBe(1)
    const row = await sessionRow(login.session_id)
    expect(row?.refresh_generation).toBe(1)
    server.clock.advance(graceSeconds)
    expect((await refresh([...successors][0] ?? '')).status).toBe(200)
  })

  it('A79: reuse after the grace window ends the session with all its tokens, and is recorded once', async () => {
    const { id, login } = await signIn()
    const { body: next } = await refresh(login.refresh_token)
    server.clock.advance(graceSeconds)
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(login.refresh_token)))
    for (const { status, body } of answers) expect([status, body.code]).toEqual([401, 'invalid_token'])
    await expectDead(next.refresh_token, login.refresh_token)
    expect((await server.client.me(next.access_token)).status).toBe(401)
    const events = db.selectFrom('audit_events').select(['outcome', 'session_id'])
    const reuse = await events.where('account_id', '=', id).where('action', '=', 'refresh_reuse').execute()
    expect(reuse).toEqual([{ outcome: 'failure', session_id: login.session_id }])
  })

  it('A79: reuse of any earlier token is detected, however old it is', async () => {
    const { login } = await signIn()
    let last = login.refresh_token
    for (let turn = 0; turn < 20; turn++) {
      server.clock.advance(graceSeconds)
      last = (await refresh(last)).body.refresh_token
    }
    await expectDead(login.refresh_token, last)
  })

  it('A80: ends with the session, however often it is used', async () => {
    const { login } = await signIn()
    let last = login.refresh_token
    const weekSeconds = 7 * 86_400
    for (let weeks = 1; weeks <= 4; weeks++) {
      server.clock.advance(weekSeconds)
      last = (await refresh(last)).body.refresh_token
    }
    server.clock.advance(ttlSeconds - 4 * weekSeconds - 0.001)
    last = (await refresh(last)).body.refresh_token
    server.clock.advance(0.001)
    await expectDead(last)
  })

  it('A59: ends when it has not been used for too long', async () => {
    const { login } = await signIn()
    server.clock.advance(14 * 86_400)
    await expectDead(login.refresh_token)
  })

  it('A80: is refused once the account may not sign in', async () => {
    const { id, login } = await signIn()
    await db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', id).execute()
    await expectDead(login.refresh_token)
  })

  it('shows the roles that the owner has now', async () => {
    const { id, login } = await signIn()
    await insertRoles(db, 'auditor')
    await db.insertInto('account_roles').values({ account_id: id, role: 'auditor' }).execute()
    const { body } = await refresh(login.refresh_token)
    expect(body.user.roles).toEqual(['auditor', 'user'])
  })

  it('continues after a restart and on another node', async () => {
    const { login } = await signIn()
    const other = await startTestServer(engine, { databaseUrl: server.databaseUrl, clock: server.clock })
    try {
      const { body } = await refresh(login.refresh_token, other)
      expect((await refresh(login.refresh_token)).body.refresh_token).toBe(body.refresh_token)
      expect((await refresh(body.refresh_token)).status).toBe(200)
    } finally {
      await other.close()
    }
  })

  it('A70, A53: accepts only a refresh token of this server', async () => {
    const { login } = await signIn()
    const token = login.refresh_token
    const flipped = token.slice(0, -1) + (token.endsWith('A') ? 'E' : 'A')
    const generationUp = Buffer.from(token.slice(4), 'base64url')
    generationUp.writeUInt32BE(1, 16)
    const forged = [
      '',
      'pxr_',
      flipped,
      `${token}=`,
      `${token} `,
      token.slice(4),
      token.toUpperCase(),
      `pxr_${generationUp.toString('base64url')}`,
      `pxr_${'A'.repeat(70)}`,
      login.access_token,
      'null',
    ]
    await expectDead(...forged.filter((each) => each.length <= 200))
    expect((await refresh(token)).status).toBe(200)
  })

  it('A85: leaves nothing in the database that could be used', async () => {
    const { login } = await signIn()
    const { body } = await refresh(login.refresh_token)
    const row = JSON.stringify(await sessionRow(login.session_id))
    for (const token of [login.refresh_token, body.refresh_token]) {
      const mac = Buffer.from(token.slice(4), 'base64url').subarray(20)
      for (const form of ['hex', 'base64', 'base64url'] as const)
        expect(row).not.toContain(mac.toString(form).slice(0, 20))
    }
  })

  async function sessionRow(id: SessionId) {
    return await db.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst()
  }
})
