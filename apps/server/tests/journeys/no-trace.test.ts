import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pseudonymOf } from '../../src/features/self-service/deletions/receipt.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { changeContact } from '../support/contact-changes.ts'
import { type DeletionServer, daySeconds, startDeletionServer } from '../support/deletion-server.ts'
import { engines } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { requestFrom } from '../support/request-context.ts'
import { dump } from '../support/test-database.ts'
import { startTestServer } from '../support/test-server.ts'

const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const person = {
  username: 'zawadi-w4nj1ru',
  email: 'Zawadi.W4njiru@example.com',
  phone_number: '+254712345678',
  given_name: 'Zawadi-Wnjruxq',
  family_name: 'Wanjiru-Wnjruxq',
  address: '14 Kenyatta Avenue, Nyeri-Wnjruxq',
  national_id: 'KE-29384756',
}
const profile = {
  occupation: 'Keeper-Wnjruxq of bees',
  home_address: '9 Kimathi Way, Karatina-Wnjruxq',
  county: 'Nyeri-Wnjruxq',
  description: `${'Something long about bees, page after page. '.repeat(40)}Unmistakable-Wnjruxq`,
  social_links: { github: 'zawadi-wnjruxq' },
}
const headers = {
  'user-agent': userAgent,
  'x-forwarded-for': '203.0.113.77',
  'idempotency-key': '018f3c1e-5b7a-4c3d-9e2f-1a2b3c4d5e6f',
}
const env = { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }

/** All that an account can leave behind. If you store something new about people, add it to what this person does. */
describe.each(engines)('an erased account on $name', (engine) => {
  let server: DeletionServer
  let id: string
  const sessionIds: string[] = []
  let receipt: string
  beforeAll(async () => {
    server = await startDeletionServer(engine, { env })
    const { client } = server
    // Others before and after, so that rows of theirs share pages with those that go.
    for (let index = 0; index < 30; index++) await client.register({ username: `before-${index}` })
    const post = (path: string, body: object) => client.post(path, body, { headers })
    const registered = await post('/v1/auth/register', { ...person, password })
    id = registered.body.id
    for (let index = 0; index < 30; index++) await client.register({ username: `after-${index}` })
    await strictly(async (strict) => await strict.register({ email: person.email, password: `${password}s` }))
    let token = ''
    for (const mode of ['token', 'code', 'cookie']) {
      const { body } = await post('/v1/auth/login', { username: person.username, password, mode })
      sessionIds.push(String(body.session_id))
      token ||= body.access_token
    }
    await server.services.contactMarking.markVerified(id as AccountId, 'email')
    await changeContact(client, token, { phone_number: '+254798765432' })
    await client.patch('/v1/me/profile', profile, { token })
    await client.patch('/v1/me', { full_name: 'Zawadi-Wnjruxq Wanjiru-Wnjruxq' }, { token })
    for (let failed = 0; failed < 11; failed++)
      await client.login({ identifier: person.email, password: 'wrong', mode: 'token' })
    await client.post('/v1/me/api-keys', { name: 'Script of Wnjruxq' }, { token })
    await client.get('/v1/me/export', { token })
    const body = JSON.stringify({ current_password: password })
    const deleted = await client.send('DELETE', '/v1/me', body, { token, headers })
    receipt = deleted.body.receipt
    await client.login({ identifier: person.email, password })
  })
  afterAll(async () => await server?.close())

  async function strictly(act: (client: DeletionServer['client']) => Promise<unknown>): Promise<void> {
    const { databaseUrl, clock } = server
    const strict = await startTestServer(engine, { databaseUrl, clock, env: { PROXIMA_PRIVACY: 'strict' } })
    await act(strict.client)
    await strict.close()
  }

  const traces = () => [
    person.username,
    person.email,
    'zawadi.w4njiru',
    '254712345678',
    '254798765432',
    'Wnjruxq',
    'wnjruxq',
    'KE-29384756',
    'bees, page after page',
    id,
    id.replaceAll('-', ''),
    ...sessionIds,
    receipt,
    '203.0.113.77',
    'Firefox/140.0',
  ]

  async function placesInTables(): Promise<string[]> {
    const cells = await dump(server.services.db)
    return cells
      .filter(({ value }) => traces().some((trace) => String(value).includes(trace)))
      .map(({ table, column, value }) => `${table}.${column}: ${String(value)}`)
  }

  async function placesInFiles(): Promise<string[]> {
    const folder = dirname(server.databaseUrl.slice('sqlite:'.length))
    const found: string[] = []
    for (const name of await readdir(folder)) {
      const bytes = await readFile(join(folder, name))
      for (const trace of traces()) if (bytes.includes(trace)) found.push(`${name}: ${trace}`)
    }
    return found
  }

  it('has much data in many tables before', async () => {
    const tables = new Set((await placesInTables()).map((place) => place.split('.')[0]))
    for (const table of [
      'accounts',
      'username_skeletons',
      'profiles',
      'account_roles',
      'passwords',
      'former_contacts',
      'deletions',
      'idempotency_keys',
      'audit_events',
      'messages',
    ])
      expect(tables).toContain(table)
    if (engine.name === 'SQLite') expect(await placesInFiles()).not.toEqual([])
  })

  it('leaves nothing in any column of any table, or in a file of SQLite, except what answers for the receipt', async () => {
    // The records of ended sessions last until no token of theirs is accepted, also by a clock that is behind.
    server.clock.advance(8 * daySeconds)
    const before = await countGuesses()
    expect(await server.purge()).toBe(1)
    expect(await placesInTables()).toEqual([])
    if (engine.name === 'SQLite') expect(await placesInFiles()).toEqual([])
    const pseudonym = pseudonymOf(receipt)
    const cells = await dump(server.services.db)
    const kept = cells.filter(({ value }) => String(value).includes(pseudonym))
    expect(new Set(kept.map(({ table, column }) => `${table}.${column}`))).toEqual(
      new Set(['audit_events.target', 'erased_accounts.pseudonym']),
    )
    // They hold digests alone, which no search would find: tries at the account, tries at its username, a known client.
    expect(await countGuesses()).toEqual({ budgets: before.budgets - 2, clients: before.clients - 1 })
  })

  it('is not named again by a sign-in that began before the erasure and is refused after it', async () => {
    const { audit, db } = server.services
    const subject = { accountId: id as never, method: 'password' }
    await audit.failure(db, 'sign_in', subject, requestFrom('198.51.100.9'))
    expect(await placesInTables()).toEqual([])
  })

  async function countGuesses(): Promise<{ budgets: number; clients: number }> {
    const { db } = server.services
    const budgets = await db.selectFrom('guess_budgets').select('budget').execute()
    const clients = await db.selectFrom('known_clients').select('client').execute()
    return { budgets: budgets.length, clients: clients.length }
  }
})
