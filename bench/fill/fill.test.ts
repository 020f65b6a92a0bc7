import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../apps/server/src/platform/database/tables.ts'
import { engines, type TestDatabase } from '../../apps/server/tests/support/engines.ts'
import { openDatabase } from '../../apps/server/tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../apps/server/tests/support/test-server.ts'
import { benchSecret } from '../servers/proxima.ts'
import { fill } from './fill.ts'
import { type Person, registrationOf, sharedPassword } from './people.ts'

const accounts = 21

describe.each(engines)('a filled database on $name', (engine) => {
  let database: TestDatabase
  let people: readonly Person[]
  let server: TestServer
  let db: Database
  beforeAll(async () => {
    database = await engine.createDatabase()
    people = await fill({ databaseUrls: [database.url], accounts, sample: accounts })
    // The signing key of the audit trail is sealed with the secret of the servers that are measured.
    const env = { PROXIMA_SECRET: benchSecret }
    server = await startTestServer(engine, { databaseUrl: database.url, env })
    db = openDatabase(database.url)
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
    await database?.drop()
  })

  function person(index: number): Person {
    const found = people[index]
    if (found === undefined) throw new Error('so many were not sampled')
    return found
  }

  it('lets its people sign in, in any spelling of their identifiers', async () => {
    const { username, email } = person(4)
    const spellings = [username, username.toUpperCase(), email.toLowerCase(), registrationOf(4).phoneNumber]
    for (const identifier of spellings)
      expect((await server.client.login({ identifier, password: sharedPassword })).status, identifier).toBe(
        200,
      )
    const bySecret = await server.client.post('/v1/auth/token', { user_secret: person(3).userSecret })
    expect(bySecret.status).toBe(200)
    expect(bySecret.body.user.username).toBe(person(3).username)
  })

  it('refuses a username that looks like one of them', async () => {
    const { username } = person(11)
    const lookAlike = username.replaceAll('1', 'l')
    expect(lookAlike).not.toBe(username)
    const refused = await server.client.register({ username: lookAlike })
    expect(refused.body).toMatchObject({ status: 409, code: 'username_taken' })
  })

  it('has the rows that a registration would have stored', async () => {
    // The next two: one with a password and a phone number, one with a secret.
    for (const index of [24, 25]) {
      const { givenName, familyName, phoneNumber, ...input } = registrationOf(index)
      const names = { given_name: givenName, family_name: familyName }
      const body = { ...input, ...names, ...(phoneNumber !== undefined && { phone_number: phoneNumber }) }
      expect((await server.client.register(body)).status).toBe(201)
    }
    const shapes = await Promise.all([4, 5, 24, 25].map((index) => shapeOf(registrationOf(index).username)))
    expect(shapes[0]).toEqual(shapes[2])
    expect(shapes[1]).toEqual(shapes[3])
  })

  /** How many rows there are of an account, and which columns have a value. */
  async function shapeOf(username: string): Promise<object> {
    const { id } = await db
      .selectFrom('accounts')
      .select('id')
      .where('username', '=', username)
      .executeTakeFirstOrThrow()
    const account = await db.selectFrom('accounts').selectAll().where('id', '=', id).execute()
    const audited = db.selectFrom('audit_events').selectAll().where('account_id', '=', id)
    const registered = await audited.where('action', '=', 'registration').execute()
    const owned = ['username_skeletons', 'account_roles', 'passwords', 'user_secrets'] as const
    const others = owned.map((table) =>
      db.selectFrom(table).selectAll().where('account_id', '=', id).execute(),
    )
    return [account, registered, ...(await Promise.all(others))].map((rows) => rows.map(columnsWithValue))
  }

  it('must be empty before', async () => {
    const again = fill({ databaseUrls: [database.url], accounts, sample: 0 })
    await expect(again).rejects.toThrow('empty')
  })
})

function columnsWithValue(row: object): string[] {
  return (
    Object.entries(row)
      // Whether a server has already sealed an event is a matter of milliseconds.
      .filter(([column, value]) => value !== null && column !== 'block')
      .map(([column]) => column)
  )
}
