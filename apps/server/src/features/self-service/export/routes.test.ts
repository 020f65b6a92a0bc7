import { strFromU8, unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { newPerson, signInWith } from '../../../../tests/support/people.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { type AccountId, type AuditEventId, newId } from '../../../platform/kernel/ids.ts'

const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const person = {
  username: 'zawadi.né',
  email: 'Zawadi@Example.com',
  phone_number: '+254712345678',
  given_name: 'Zawadi',
  family_name: '<img src=x onerror=alert(1)>',
  address: '14 Kenyatta Avenue, Nyeri & "more"',
  national_id: 'KE-29384756',
}
const profile = {
  occupation: 'Engineer',
  home_address: '9 Kimathi Way, Karatina',
  country: 'KE',
  county: 'Nyeri',
  description: "two\nlines </td></table><script>alert('x')</script>",
}

describe.each(engines)('the export of an account on $name', (engine) => {
  let server: TestServer
  let db: Database
  let token: string
  let id: AccountId
  beforeAll(async () => {
    server = await startTestServer(engine)
    db = openDatabase(server.databaseUrl)
    await server.client.register({ ...person, password })
    const login = await server.client.post(
      '/v1/auth/login',
      { username: person.username, password },
      { headers: { 'user-agent': userAgent } },
    )
    token = String(login.body.access_token)
    id = login.body.user.id
    await server.client.patch('/v1/me/profile', profile, { token })
    await server.client.login({ username: person.username, password: 'a wrong one' })
    const strict = await startTestServer(engine, {
      databaseUrl: server.databaseUrl,
      env: { PROXIMA_PRIVACY: 'strict' },
      clock: server.clock,
    })
    await strict.client.register({ email: person.email, password: 'correct horse battery staples' })
    await strict.close()
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
  })

  const exportOf = (bearer: string, query = '') =>
    server.client.get(`/v1/me/export${query}`, { token: bearer })

  async function archiveOf(
    bearer: string,
    query = '?format=zip',
    headers: Record<string, string> = {},
  ): Promise<{ response: Response; files: Record<string, string> }> {
    const response = await fetch(`${server.url}/v1/me/export${query}`, {
      headers: { authorization: `Bearer ${bearer}`, ...headers },
    })
    const unpacked = unzipSync(new Uint8Array(await response.arrayBuffer()))
    const files = Object.fromEntries(
      Object.entries(unpacked).map(([name, bytes]) => [name, strFromU8(bytes)]),
    )
    return { response, files }
  }

  it('contains the account, details, profile, facts about credentials, sessions and messages', async () => {
    const { status, body } = await exportOf(token)
    expect(status).toBe(200)
    expect(body.account).toEqual((await server.client.me(token)).body)
    expect(body.account).toMatchObject({ id, ...person })
    expect(body.profile).toEqual((await server.client.get('/v1/me/profile', { token })).body)
    expect(body.profile).toMatchObject(profile)
    const now = server.clock.now().toISOString()
    expect(body.exported_at).toBe(now)
    expect(body.credentials).toEqual({ password: { since: now }, user_secret: null })
    const { data } = (await server.client.get('/v1/me/sessions', { token })).body
    expect(body.sessions).toEqual(data)
    expect(body.sessions[0]).toMatchObject({ device: 'Firefox on Linux', user_agent: userAgent })
    expect(body.messages).toEqual([
      expect.objectContaining({ channel: 'mail', template: 'registration_taken', created_at: now }),
    ])
  })

  it('contains every recorded event of the owner, and of no other account', async () => {
    await newPerson(server.client)
    const { body } = await exportOf(token)
    const stored = await db
      .selectFrom('audit_events')
      .select(['id', 'action', 'outcome', 'session_id', 'ip_address'])
      .where('account_id', '=', id)
      .orderBy('id')
      .execute()
    expect(stored.map(({ action }) => action).slice(0, 3)).toEqual(['registration', 'sign_in', 'user_change'])
    expect(body.events).toEqual(stored.map((event) => expect.objectContaining(event) as unknown))
    expect((body.events as object[]).at(-1)).toMatchObject({
      action: 'export',
      outcome: 'success',
      ip_address: '127.0.0.1',
    })
  })

  it('A85: contains no password, hash, secret, token or digest', async () => {
    const { secret, token: bearer } = await newPerson(server.client)
    const exported = [(await exportOf(token)).text, (await exportOf(bearer)).text].join('\n')
    const hashes = await db.selectFrom('passwords').select('hash').execute()
    const digests = await db.selectFrom('user_secrets').select('digest').execute()
    const counters = await db.selectFrom('message_counts').select('counter').execute()
    const values = [...hashes, ...digests, ...counters].flatMap((row) => Object.values(row)).filter(Boolean)
    expect(values.length).toBeGreaterThan(2)
    const secrets = [...values, password, secret, token, bearer, 'argon2']
    for (const each of secrets) expect(exported).not.toContain(each)
    expect((await exportOf(bearer)).body.credentials).toMatchObject({ password: null, user_secret: {} })
  })

  it('is stored by no cache, and the browser saves it as a file', async () => {
    const { headers } = await exportOf(token)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(headers.get('content-disposition')).toBe('attachment; filename="export.json"')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('is an archive if the query or the Accept header asks for one', async () => {
    for (const { query, headers } of [
      { query: '?format=zip', headers: {} },
      { query: '', headers: { accept: 'application/zip' } },
    ]) {
      const { response, files } = await archiveOf(token, query, headers)
      expect(response.headers.get('content-type')).toBe('application/zip')
      expect(response.headers.get('content-disposition')).toBe('attachment; filename="export.zip"')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(Object.keys(files)).toEqual(['export.json', 'index.html'])
      expect(JSON.parse(files['export.json'] ?? '')).toMatchObject({ account: { id, ...person }, profile })
    }
    const json = await exportOf(token, '?format=json')
    expect(json.body.account.id).toBe(id)
    for (const format of ['xml', '', 'ZIP'])
      expect((await exportOf(token, `?format=${format}`)).body.code).toBe('validation_failed')
  })

  it('A122: shows markup as text, on a page without scripts that loads nothing', async () => {
    const { files } = await archiveOf(token)
    const page = files['index.html'] ?? ''
    expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;')
    expect(page).toContain('14 Kenyatta Avenue, Nyeri &amp; &quot;more&quot;')
    expect(page).toContain('&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;')
    expect(page).not.toMatch(/<(?:script|img|iframe|link|object|form)\b/i)
    expect(page).not.toMatch(/https?:\/\/|@import|url\(/)
    expect(page).toMatch(
      /<meta http-equiv="content-security-policy" content="default-src &#39;none&#39;; style-src/,
    )
    for (const shown of ['KE-29384756', 'Karatina', 'Firefox on Linux', 'registration_taken', 'sign_in'])
      expect(page).toContain(shown)
  })

  it('A14: is limited to a few times', async () => {
    const limited = await startTestServer(engine, {
      databaseUrl: server.databaseUrl,
      clock: server.clock,
      env: { PROXIMA_LIMITS: 'on' },
    })
    const { secret } = await newPerson(server.client)
    const login = await server.client.post('/v1/auth/token', { user_secret: secret, mode: 'code' })
    const own = { token: String(login.body.session_code) }
    try {
      const statuses: number[] = []
      for (let count = 0; count < 31; count++)
        statuses.push((await limited.client.get('/v1/me/export', own)).status)
      expect(statuses.filter((status) => status === 200)).toHaveLength(30)
      expect(statuses.at(-1)).toBe(429)
    } finally {
      await limited.close()
    }
  })

  it('has every one of ten thousand events, once, as JSON and as an archive', async () => {
    const { id: accountId, token: bearer } = await newPerson(server.client)
    await addEvents(accountId, 10_000)
    const { body } = await exportOf(bearer)
    const ids = (body.events as { id: string }[]).map((event) => event.id)
    // And that of registering, of signing in, and of the export.
    expect(new Set(ids).size).toBe(10_003)
    expect(ids).toEqual([...ids].sort())
    const { files } = await archiveOf(bearer)
    expect(JSON.parse(files['export.json'] ?? '').events).toHaveLength(10_004)
    expect(files['index.html']?.match(/<tr>/g)?.length).toBeGreaterThan(10_000)
  })

  it('I8: needs a fresh session', async () => {
    const { secret, token: bearer } = await newPerson(server.client)
    const code = await server.client.post('/v1/auth/token', { user_secret: secret, mode: 'code' })
    server.clock.advance(601)
    const refused = await exportOf(String(code.body.session_code))
    expect([refused.status, refused.body.code]).toEqual([403, 'step_up_required'])
    const again = await signInWith(server.client, secret)
    const { status, body } = await exportOf(again.token)
    expect(status).toBe(200)
    expect(body.sessions).toHaveLength(3)
    expect((await exportOf(bearer)).status).toBe(403)
  })

  async function addEvents(accountId: AccountId, count: number): Promise<void> {
    const row = { outcome: 'failure', account_id: accountId, session_id: null, method: 'password' }
    for (let done = 0; done < count; done += 500) {
      const rows = Array.from({ length: 500 }, () => ({
        ...row,
        id: newId<AuditEventId>(),
        action: 'sign_in',
        ip_address: '2001:db8:85a3:8d3:1319:8a2e:370:7348',
        at: server.clock.now().getTime(),
      }))
      await db.insertInto('audit_events').values(rows).execute()
    }
  }

  it('says since when the owner has their secret, not since when someone else has one', async () => {
    await newPerson(server.client)
    server.clock.advance(3_600)
    const { token: bearer } = await newPerson(server.client)
    const since = server.clock.now().toISOString()
    expect((await exportOf(bearer)).body.credentials).toEqual({ password: null, user_secret: { since } })
  })
})
