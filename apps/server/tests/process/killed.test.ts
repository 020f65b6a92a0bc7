import { afterEach, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { endStrays, freshFolder, startProxima, waitFor } from '../support/process.ts'
import type { TestClient } from '../support/test-client.ts'
import { openDatabase } from '../support/test-database.ts'

const password = 'correct horse battery staple'
// SQLite is the one whose durability is this process's own doing.
const killCount = { SQLite: 6, PostgreSQL: 3, MariaDB: 3 }
const acknowledgedPerRound = 15

interface Acknowledged {
  readonly id: string
  readonly username: string
  /** Null where the account has the password. */
  readonly secret: string | null
}

afterEach(endStrays)

/** Registers without end, several at a time, until the server is gone. Every third account has a password. */
async function load(client: TestClient, round: number, acknowledged: Acknowledged[]): Promise<void> {
  const one = async (lane: number) => {
    for (let count = 0; ; count++) {
      const username = `r${round}l${lane}n${count}`
      const body = lane % 3 === 0 ? { username, password } : { username }
      const answer = await client.register(body).catch(() => null)
      if (answer === null) return
      expect(answer.status).toBe(201)
      acknowledged.push({ id: answer.body.id, username, secret: answer.body.user_secret ?? null })
    }
  }
  await Promise.all(Array.from({ length: 6 }, (_, lane) => one(lane)))
}

it.each(engines)(
  'kill -9 under load loses no account and leaves none half made, on $name',
  async (engine) => {
    const database = await engine.createDatabase()
    const folder = await freshFolder()
    const settings = {
      PROXIMA_DATABASE_URL: database.url,
      PROXIMA_DATA_DIR: folder.path,
      PROXIMA_LIMITS: 'off',
      PROXIMA_LOG_LEVEL: 'error',
    }
    const acknowledged: Acknowledged[] = []
    for (let round = 0; round < killCount[engine.name]; round++) {
      const { client, process } = await startProxima(settings)
      const before = acknowledged.length
      const loading = load(client, round, acknowledged)
      await waitFor('accounts', async () =>
        acknowledged.length - before >= acknowledgedPerRound ? true : null,
      )
      expect((await process.stop('SIGKILL')).signal).toBe('SIGKILL')
      await loading
    }

    const { client } = await startProxima(settings)
    const db = openDatabase(database.url)
    const accounts = await db.selectFrom('accounts').select(['id', 'username']).execute()
    const ids = new Set(accounts.map(({ id }) => id))
    expect(acknowledged.filter(({ id }) => !ids.has(id))).toEqual([])
    const owners = async (table: 'account_roles' | 'passwords' | 'user_secrets') =>
      new Set((await db.selectFrom(table).select('account_id').execute()).map((row) => row.account_id))
    const [withRole, withPassword, withSecret] = [
      await owners('account_roles'),
      await owners('passwords'),
      await owners('user_secrets'),
    ]
    const halfMade = accounts.filter(
      ({ id }) => !withRole.has(id) || !(withPassword.has(id) || withSecret.has(id)),
    )
    expect(halfMade).toEqual([])
    // The last that was acknowledged before each kill is the one most at risk; some of both kinds sign in.
    for (const { username, secret } of [...acknowledged.slice(-6), ...acknowledged.slice(0, 6)]) {
      const answer =
        secret === null
          ? await client.login({ username, password })
          : await client.post('/v1/auth/token', { user_secret: secret })
      expect([username, answer.status]).toEqual([username, 200])
    }
    await db.destroy()
    await endStrays()
    await database.drop()
    await folder.remove()
  },
)
