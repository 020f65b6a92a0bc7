import { hash as bcryptHash } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/platform/database/tables.ts'
import { engines } from '../support/engines.ts'
import { defaultHashes } from '../support/hashes.ts'
import { password } from '../support/password.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const wrong = 'eight green bottles stand here'

describe.each(engines)('a user whose password another system hashed, on $name', (engine) => {
  let server: TestServer
  let db: Database
  beforeAll(async () => {
    server = await startTestServer(engine, { env: defaultHashes })
    db = openDatabase(server.databaseUrl)
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
  })

  const statusOf = async (username: string, given: string) =>
    (await server.client.login({ username, password: given })).status

  async function arrives(username: string, hash: string) {
    const { body } = await server.client.register({ username, password: 'not this one for much longer' })
    await db.updateTable('passwords').set({ hash }).where('account_id', '=', body.id).execute()
    return async () => {
      const row = db.selectFrom('passwords').select('hash').where('account_id', '=', body.id)
      return (await row.executeTakeFirstOrThrow()).hash
    }
  }

  it('A46: signs in, and afterwards the hash is argon2id', async () => {
    const before = await bcryptHash(password, 10)
    const stored = await arrives('amina', before)
    expect(await statusOf('amina', wrong)).toBe(401)
    expect(await stored()).toBe(before)

    const logins = Array.from({ length: 3 }, () => statusOf('amina', password))
    expect(await Promise.all(logins)).toEqual([200, 200, 200])
    const after = await stored()
    expect(after).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await statusOf('amina', password)).toBe(200)
    expect(await statusOf('amina', wrong)).toBe(401)
    expect(await stored()).toBe(after)
  })

  it('A46: cannot sign in with the beginning of a long password, or a short one followed by NUL', async () => {
    const long = 'seven green bottles '.repeat(4)
    const hash = await bcryptHash(long, 4)
    const storedLong = await arrives('baraka', hash)
    for (const given of [long, long.slice(0, 73), `${long.slice(0, 72)} and more`])
      expect(await statusOf('baraka', given), given).toBe(401)
    expect(await storedLong()).toBe(hash)

    await arrives('chege', await bcryptHash(password, 4))
    expect(await statusOf('chege', `${password}\0${password}`)).toBe(401)
    expect(await statusOf('chege', password)).toBe(200)
  })

  it('A46: gets an internal error if the hash cannot be checked, and not a wrong password', async () => {
    await arrives('dalia', (await bcryptHash(password, 4)).replace('$04$', '$31$'))
    expect(await statusOf('dalia', password)).toBe(500)
  })
})
