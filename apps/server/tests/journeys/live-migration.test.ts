import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkedByOldBackend } from '../../src/platform/crypto/imported-hash.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { engines } from '../support/engines.ts'
import { defaultHashes } from '../support/hashes.ts'
import { password } from '../support/password.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const wrong = 'eight green bottles stand here'

interface Asked {
  readonly identifier: string
  readonly password: string
}

/** It stands for the backend that is replaced. */
const old = {
  asked: [] as Asked[],
  server: createServer((request, response) => {
    text(request).then(
      (body) => {
        const asked = JSON.parse(body) as Asked
        // The server first asks for someone whom no one knows.
        if (!asked.identifier.endsWith('@example.invalid')) old.asked.push(asked)
        const isRight = asked.password === password && !asked.identifier.endsWith('@example.invalid')
        response.writeHead(isRight ? 200 : 401).end()
      },
      () => response.destroy(),
    )
  }),
}

describe.each(engines)('a user whose password only the old backend can check, on $name', (engine) => {
  let server: TestServer
  let db: Database
  beforeAll(async () => {
    old.server.listen(0, '127.0.0.1')
    await once(old.server, 'listening')
    const url = `http://127.0.0.1:${(old.server.address() as AddressInfo).port}/check`
    const env = {
      ...defaultHashes,
      PROXIMA_VERIFY_PASSWORDS_WITH: url,
      PROXIMA_VERIFY_PASSWORDS_TIMEOUT_MS: '10000',
      PROXIMA_LIMITS: 'on',
    }
    server = await startTestServer(engine, { env })
    db = openDatabase(server.databaseUrl)
  })
  beforeEach(() => {
    old.asked.length = 0
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
    old.server.closeAllConnections()
    await new Promise((resolve) => old.server.close(resolve))
  })

  async function arrives(username: string) {
    const { body } = await server.client.register({ username, password: 'not this one for much longer' })
    await db
      .updateTable('passwords')
      .set({ hash: checkedByOldBackend })
      .where('account_id', '=', body.id)
      .execute()
    return async () => {
      const row = db.selectFrom('passwords').select('hash').where('account_id', '=', body.id)
      return (await row.executeTakeFirstOrThrow()).hash
    }
  }

  // The old backend may know someone else by another spelling.
  it('A15: signs in as usual under the stored identifier, and afterwards the old backend is not asked again', async () => {
    const stored = await arrives('amina')
    expect((await server.client.login({ identifier: 'Amina', password })).status).toBe(200)
    expect(old.asked).toEqual([{ identifier: 'amina', password }])
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect((await server.client.login({ username: 'amina', password })).status).toBe(200)
    expect(old.asked).toHaveLength(1)
  })
})

describe('what the old backend learns, and when', () => {
  const start = async (env: Readonly<Record<string, string>>) => {
    const [sqlite] = engines
    if (sqlite === undefined) throw new Error('there is no engine')
    return await startTestServer(sqlite, { env })
  }

  it('A34: nothing of guesses at users that have moved or do not exist; all refusals wait equally long', async () => {
    const asked: string[] = []
    const backend = createServer((request, response) => {
      text(request).then(
        (body) => {
          asked.push(body)
          response.writeHead(401).end()
        },
        () => response.destroy(),
      )
    }).listen(0, '127.0.0.1')
    await once(backend, 'listening')
    const server = await start({
      PROXIMA_VERIFY_PASSWORDS_WITH: `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`,
      PROXIMA_VERIFY_PASSWORDS_TIMEOUT_MS: '200',
    })
    try {
      const { body } = await server.client.register({ username: 'dalia', password })
      const db = openDatabase(server.databaseUrl)
      const refuse = async (username: string): Promise<[number, string]> => {
        const startedMs = performance.now()
        const answer = await server.client.login({ username, password: wrong })
        // The shortest time that is allowed; a busy machine only takes longer.
        expect(performance.now() - startedMs).toBeGreaterThanOrEqual(395)
        return [answer.status, answer.body.code]
      }
      expect(await refuse('dalia')).toEqual([401, 'invalid_credentials'])
      expect(await refuse('no-one-has-this')).toEqual([401, 'invalid_credentials'])
      expect(asked).toEqual([])
      await db
        .updateTable('passwords')
        .set({ hash: checkedByOldBackend })
        .where('account_id', '=', body.id)
        .execute()
      await db.destroy()
      const answer = await refuse('dalia')
      // On a very busy machine, the old backend may not answer in time.
      expect([
        [401, 'invalid_credentials'],
        [503, 'unavailable'],
      ]).toContainEqual(answer)
    } finally {
      await server.close()
      backend.closeAllConnections()
      backend.close()
    }
  })

  it('is asked in vain while it fails: the password is neither accepted nor called wrong', async () => {
    const backend = createServer((_request, response) => response.writeHead(500).end()).listen(0, '127.0.0.1')
    await once(backend, 'listening')
    const server = await start({
      PROXIMA_VERIFY_PASSWORDS_WITH: `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`,
      PROXIMA_VERIFY_PASSWORDS_TIMEOUT_MS: '100',
    })
    try {
      const { body } = await server.client.register({ username: 'baraka', password })
      const db = openDatabase(server.databaseUrl)
      const hash = checkedByOldBackend
      await db.updateTable('passwords').set({ hash }).where('account_id', '=', body.id).execute()
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const answer = await server.client.login({ username: 'baraka', password })
        expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
      }
      // Now it is not asked, and a stranger cannot distinguish the accounts that it must check.
      const unknown = await server.client.login({ username: 'no-one-has-this', password })
      expect([unknown.status, unknown.body.code]).toEqual([503, 'unavailable'])
      const row = db.selectFrom('passwords').select('hash').where('account_id', '=', body.id)
      expect(await row.executeTakeFirst()).toEqual({ hash })
      await db.destroy()
    } finally {
      await server.close()
      backend.closeAllConnections()
      backend.close()
    }
  })

  it('is not reached without its address: then no password is right, and the answer reveals nothing', async () => {
    const server = await start({})
    try {
      const { body } = await server.client.register({ username: 'farida', password })
      const db = openDatabase(server.databaseUrl)
      await db
        .updateTable('passwords')
        .set({ hash: checkedByOldBackend })
        .where('account_id', '=', body.id)
        .execute()
      await db.destroy()
      const answer = await server.client.login({ username: 'farida', password })
      expect([answer.status, answer.body.code]).toEqual([401, 'invalid_credentials'])
    } finally {
      await server.close()
    }
  })
})
