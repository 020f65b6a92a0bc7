import { expect, it } from 'vitest'
import { sqlite } from '../support/engines.ts'
import { FrozenClock } from '../support/frozen-clock.ts'
import { password } from '../support/password.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, testSecret } from '../support/test-server.ts'

const clock = new FrozenClock()

/** The names under which a server counts wrong guesses at an account, and messages to an address. */
async function namesWith(secret: string): Promise<ReadonlySet<string>> {
  const env = { PROXIMA_SECRET: secret, PROXIMA_LIMITS: 'on', PROXIMA_VERIFICATION: 'optional' }
  const server = await startTestServer(sqlite, { env, clock })
  await server.client.register({ username: 'amina', email: 'amina@example.com', password })
  await server.client.login({ username: 'amina', password: 'wrong' })
  await server.client.login({ email: 'nobody@example.com', password: 'wrong' })
  const db = openDatabase(server.databaseUrl)
  const guesses = await db.selectFrom('guess_budgets').select('budget').execute()
  const messages = await db.selectFrom('message_counts').select('counter').execute()
  await db.destroy()
  await server.close()
  expect(guesses.length).toBeGreaterThan(2)
  expect(messages.length).toBeGreaterThan(2)
  return new Set([...guesses.map(({ budget }) => budget), ...messages.map(({ counter }) => counter)])
}

it('A85: no one can tell who was guessed at, or who got a message, without the master secret', async () => {
  const [one, other] = [await namesWith(testSecret), await namesWith(`${testSecret} of another server`)]
  expect([...one].filter((name) => other.has(name))).toEqual([])
})
