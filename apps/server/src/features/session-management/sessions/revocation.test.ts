import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, type Person, signInWith } from '../../../../tests/support/people.ts'
import { insertRoles } from '../../../../tests/support/roles.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { Database } from '../../../platform/database/tables.ts'

describe.each(engines)('a revocation on $name', (engine) => {
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

  async function newlySignedIn(): Promise<Person> {
    const person = await newPerson(server.client)
    // The token has been used, and so is remembered as a good one.
    expect((await server.client.me(person.token)).status).toBe(200)
    return person
  }

  async function expectDead(token: string): Promise<void> {
    const calls = [
      server.client.me(token),
      server.client.patch('/v1/me', { full_name: 'Still Here' }, { token }),
    ]
    for (const { status, body, headers } of await Promise.all(calls)) {
      expect(status).toBe(401)
      expect(body.code).toBe('invalid_token')
      expect(headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
  }

  it('A54: an ended session is refused at once, and the others still work', async () => {
    const person = await newlySignedIn()
    const other = await signInWith(server.client, person.secret)
    await db.deleteFrom('sessions').where('id', '=', person.sessionId).execute()
    await expectDead(person.token)
    expect((await server.client.me(other.token)).status).toBe(200)
  })

  it('A59: an expired session is refused, although its token has not expired', async () => {
    const { token, sessionId } = await newlySignedIn()
    const expires_at = server.clock.now().getTime()
    const expire = db.updateTable('sessions').where('id', '=', sessionId)
    await expire.set({ expires_at: expires_at + 1 }).execute()
    expect((await server.client.me(token)).status).toBe(200)
    await expire.set({ expires_at }).execute()
    await expectDead(token)
  })

  it.each(['suspended', 'deleted'] as const)(
    'A56: an account that is %s is refused at once',
    async (status) => {
      const { id, token, secret } = await newlySignedIn()
      await db.updateTable('accounts').set({ status }).where('id', '=', id).execute()
      await expectDead(token)
      const again = await server.client.post('/v1/auth/token', { user_secret: secret })
      expect(again.status).toBe(401)
      expect(again.body.code).toBe('invalid_credentials')
      const { full_name } = await db
        .selectFrom('accounts')
        .selectAll()
        .where('id', '=', id)
        .executeTakeFirstOrThrow()
      expect(full_name).toBeNull()
    },
  )

  it('A56: the tokens of an erased account no longer work', async () => {
    const { id, token } = await newlySignedIn()
    await db.deleteFrom('accounts').where('id', '=', id).execute()
    await expectDead(token)
  })

  it('A77: a removed role is gone at once, and a new role is there, with the same token', async () => {
    const { id, token, secret } = await newlySignedIn()
    await insertRoles(db, 'auditor')
    await db.insertInto('account_roles').values({ account_id: id, role: 'auditor' }).execute()
    expect((await server.client.me(token)).body.roles).toEqual(['auditor', 'user'])
    const { token: withRole } = await signInWith(server.client, secret)
    await db.deleteFrom('account_roles').where('account_id', '=', id).where('role', '=', 'auditor').execute()
    for (const each of [token, withRole]) expect((await server.client.me(each)).body.roles).toEqual(['user'])
  })

  it('the address and the user agent of the caller are stored with the session', async () => {
    const { secret } = await newlySignedIn()
    const headers = { 'user-agent': `Prüfer/1.0 ${'x'.repeat(300)}`, 'x-forwarded-for': '198.51.100.66' }
    const { body } = await server.client.post('/v1/auth/token', { user_secret: secret }, { headers })
    const row = await db
      .selectFrom('sessions')
      .selectAll()
      .where('id', '=', body.session_id)
      .executeTakeFirstOrThrow()
    expect(row.amr).toBe('user_secret')
    expect(row.ip_address).toBe('127.0.0.1')
    expect(row.user_agent).toBe(headers['user-agent'].slice(0, 200))
  })
})
