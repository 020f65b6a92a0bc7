import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { newPerson, type Person, signInWith } from '../../../../tests/support/people.ts'
import { raceSize } from '../../../../tests/support/race-size.ts'
import { codeSentTo } from '../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const daySeconds = 86_400

describe.each(engines)('changing the username on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const rename = (token: string, username: unknown, node = server) =>
    node.client.put('/v1/me/username', { username }, { token })
  const outcomeOf = async (token: string, username: string, node = server) => {
    const { status, body } = await rename(token, username, node)
    return status === 200 ? String(body.username) : String(body.code)
  }
  const registers = async (username: string) => (await server.client.register({ username })).status
  const reasonAgainst = async (username: string) => {
    const { body } = await server.client.get(`/v1/auth/availability?username=${encodeURIComponent(username)}`)
    return body.reason as string | null
  }
  /** Sessions end in between where a test lets days pass. */
  const tokenOf = async ({ secret }: Person) => (await signInWith(server.client, secret)).token

  async function skeletons(): Promise<number> {
    return (await services.db.selectFrom('username_skeletons').selectAll().execute()).length
  }

  it('returns the User with the new one, which signs in, while the old one does not', async () => {
    const { token } = await server.client.signUp('amina', password)
    server.clock.advance(5)
    const { status, body, headers } = await rename(token, ' Amina.Odhiambo ')
    expect([status, body.username]).toEqual([200, 'Amina.Odhiambo'])
    expect(body.updated_at).toBe(server.clock.now().toISOString())
    expect(headers.get('cache-control')).toBe('no-store')
    expect((await server.client.me(token)).body).toMatchObject(body)
    const login = async (username: string) => (await server.client.login({ username, password })).status
    expect([await login('amina'), await login('amina.odhiambo')]).toEqual([401, 200])
  })

  it('I8, A96: needs a fresh session or a credential', async () => {
    const { token } = await server.client.signUp('mwangi-1', password)
    server.clock.advance(600)
    const stale = await rename(token, 'mwangi-2')
    expect([stale.status, stale.body.code]).toEqual([403, 'step_up_required'])
    const renameBy = (username: string, current_password: string) =>
      server.client.put('/v1/me/username', { username, current_password }, { token })
    expect((await renameBy('mwangi-2', 'wrong')).status).toBe(401)
    expect((await server.client.me(token)).body.username).toBe('mwangi-1')
    expect((await renameBy('mwangi-2', password)).status).toBe(200)
    const owner = await newPerson(server.client)
    server.clock.advance(600)
    const body = { username: 'owner-of-secret', user_secret: owner.secret }
    expect((await server.client.put('/v1/me/username', body, owner)).status).toBe(200)
  })

  it('follows the rules of registration', async () => {
    const { token, username } = await newPerson(server.client)
    const broken = {
      ab: 'too_short',
      'a@b.example': 'shaped_like_email',
      '254712345678': 'shaped_like_phone_number',
      'pay pal': 'white_space_not_allowed',
      _amina: 'first_character_not_allowed',
      payрal: 'scripts_mixed',
      '01890a5d-ac96-774b-bcce-b302099a8057': 'shaped_like_id',
    }
    for (const [name, code] of Object.entries(broken)) {
      const { status, body } = await rename(token, name)
      expect([status, body.errors?.[0]], name).toMatchObject([422, { pointer: '/username', code }])
    }
    for (const wrong of [null, 7, ['baraka'], { given: 'baraka' }])
      expect((await rename(token, wrong)).status).toBe(422)
    const more = await server.client.put('/v1/me/username', { username: 'baraka1', roles: ['x'] }, { token })
    expect(more.body.errors).toMatchObject([{ code: 'unknown_field' }])
    expect((await server.client.put('/v1/me/username', { username: 'baraka1' })).status).toBe(401)
    expect((await server.client.me(token)).body.username).toBe(username)
  })

  it('A16, A17: refuses the name of someone else, and its look-alikes', async () => {
    await newPerson(server.client, 'PayPal')
    const { token } = await newPerson(server.client)
    for (const name of ['paypal', 'PayPal', 'paypa1', 'PAYPAI', 'ｐａｙｐａｌ']) {
      const { status, body } = await rename(token, name)
      expect([status, body.code], name).toEqual([409, 'username_taken'])
    }
  })

  it('works without an old one, and for a change of only capitals', async () => {
    const { token } = await newPerson(server.client, { email: 'chebet@example.com' })
    expect(await outcomeOf(token, 'chebet')).toBe('chebet')
    expect(await outcomeOf(token, 'Chebet')).toBe('Chebet')
    expect(await reasonAgainst('chebet')).toBe('username_taken')
  })

  it('to the same name changes nothing, and leaves no record', async () => {
    const dalila = await newPerson(server.client, 'dalila')
    expect(await outcomeOf(dalila.token, 'dalila')).toBe('dalila')
    expect(await outcomeOf(dalila.token, 'dalila2')).toBe('dalila2')
    const events = (await readEvents(server.databaseUrl)).filter(({ account_id }) => account_id === dalila.id)
    const changed = events.filter(({ action }) => action === 'username_change')
    expect(changed).toMatchObject([{ outcome: 'success', session_id: dalila.sessionId, method: 'session' }])
  })

  it('does not end sessions', async () => {
    const farida = await newPerson(server.client)
    const other = await signInWith(server.client, farida.secret)
    await rename(farida.token, 'farida-new')
    for (const { token } of [farida, other])
      expect((await server.client.me(token)).body.username).toBe('farida-new')
  })

  it('holds the old name: no one else gets it or its look-alikes, to the last millisecond', async () => {
    const [grace, hassan] = [await newPerson(server.client, 'gracel'), await newPerson(server.client)]
    expect(await outcomeOf(grace.token, 'grace-2')).toBe('grace-2')
    for (const name of ['gracel', 'GRACEL', 'grace1']) {
      expect(await registers(name), name).toBe(409)
      expect(await reasonAgainst(name), name).toBe('username_taken')
      expect(await outcomeOf(hassan.token, name), name).toBe('username_taken')
    }
    server.clock.advance(90 * daySeconds - 0.001)
    expect(await registers('gracel')).toBe(409)
    server.clock.advance(0.001)
    expect(await reasonAgainst('gracel')).toBeNull()
    expect(await outcomeOf(await tokenOf(hassan), 'gracel')).toBe('gracel')
    expect(await outcomeOf(await tokenOf(grace), 'gracel')).toBe('username_taken')
  })

  it('lets its owner take it back at any time', async () => {
    const imani = await newPerson(server.client, 'imani')
    expect(await outcomeOf(imani.token, 'imani-2')).toBe('imani-2')
    expect(await outcomeOf(imani.token, 'imani')).toBe('imani')
    expect([await registers('imani'), await registers('imani-2')]).toEqual([409, 409])
    expect(await outcomeOf(imani.token, 'imani-2')).toBe('imani-2')
    server.clock.advance(100 * daySeconds)
    // The hold has ended, and it is not yet purged: anyone may have it, its former owner too.
    expect(await outcomeOf(await tokenOf(imani), 'imani')).toBe('imani')
    expect([await registers('imani'), await registers('imani-2')]).toEqual([409, 409])
  })

  it('releases a name when its hold ends, and when its account is erased', async () => {
    const juma = await newPerson(server.client, 'juma')
    await rename(juma.token, 'juma-2')
    server.clock.advance(90 * daySeconds - 1)
    const token = await tokenOf(juma)
    await rename(token, 'juma-3')
    while ((await services.identifiers.purge(500)) > 0);
    const before = await skeletons()
    await services.identifiers.purge(500)
    expect(await skeletons()).toBe(before)
    server.clock.advance(1)
    while ((await services.identifiers.purge(1)) > 0);
    expect(await skeletons()).toBeLessThan(before)
    expect([await registers('juma'), await registers('juma-2')]).toEqual([201, 409])
    await services.administration.erase(juma.id)
    expect([await registers('juma-2'), await registers('juma-3')]).toEqual([201, 201])
  })

  it('holds only a limited number of former names of an account', async () => {
    const kamau = await newPerson(server.client, 'kamau')
    const outcomes: string[] = []
    for (let at = 0; at < 25; at++) outcomes.push(await outcomeOf(kamau.token, `kamau.no${at}`))
    expect(outcomes.indexOf('rate_limited')).toBeGreaterThanOrEqual(10)
    const { status, headers } = await rename(kamau.token, 'kamau.again')
    expect([status, headers.get('retry-after')]).toEqual([429, String(90 * daySeconds)])
  })

  it('releases the old name at once if names are not held', async () => {
    const { databaseUrl, clock } = server
    const publicUrl = { PROXIMA_PUBLIC_URL: server.url }
    const env = { PROXIMA_USERNAME_HOLD_DAYS: '0', ...publicUrl }
    const hasty = await startTestServer(engine, { databaseUrl, clock, env })
    const leila = await newPerson(hasty.client, 'leila')
    expect(await outcomeOf(leila.token, 'leila-2', hasty)).toBe('leila-2')
    expect(await registers('leila')).toBe(201)
    await hasty.close()
  })

  it('A07: goes to exactly one of many who want it at once', { tags: 'long' }, async () => {
    const people = await Promise.all(Array.from({ length: 20 }, () => newPerson(server.client)))
    const names = ['Mwangi', 'mwangi', 'MWANGI', 'rnwangi']
    const wants = Array.from({ length: raceSize }, async (_, index) => {
      const { token = '' } = people[index % people.length] ?? {}
      const name = names[index % names.length] ?? ''
      return index % 10 === 0 ? await registers(name) : (await rename(token, name)).status
    })
    const statuses = await Promise.all(wants)
    expect(statuses.filter((status) => ![200, 201, 409, 503].includes(status))).toEqual([])
    const owners = services.db.selectFrom('accounts').select('id')
    const had = await owners.where('username_canonical', 'in', ['mwangi', 'rnwangi']).execute()
    expect(had).toHaveLength(1)
    const dangling = await services.db
      .selectFrom('accounts')
      .leftJoin('username_skeletons', (join) =>
        join.onRef('account_id', '=', 'accounts.id').on('held_until', 'is', null),
      )
      .select('accounts.id')
      .where('username', 'is not', null)
      .where('skeleton', 'is', null)
      .execute()
    expect(dangling).toEqual([])
  })

  it('refuses two accounts that swap their names at once, since each name is held for its owner', async () => {
    const [one, other] = [
      await newPerson(server.client, 'swap-one'),
      await newPerson(server.client, 'swap-two'),
    ]
    const outcomes = await Promise.all([outcomeOf(one.token, 'swap-two'), outcomeOf(other.token, 'swap-one')])
    expect(outcomes).toEqual(['username_taken', 'username_taken'])
  })
})

describe.each(engines)('limits on changing the username on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    const env = { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1', PROXIMA_PRIVACY: 'strict' }
    server = await startTestServer(engine, { env })
  })
  afterAll(async () => await server?.close())

  async function signIn(username: string): Promise<string> {
    const email = `${username}@example.com`
    expect((await server.client.register({ username, email, password })).status).toBe(202)
    const confirmation = { identifier: email, code: await codeSentTo(server.client, email), password }
    expect((await server.client.post('/v1/auth/registration/confirm', confirmation)).status).toBe(204)
    return String((await server.client.login({ username, password })).body.access_token)
  }

  const rename = (token: string, username: string, address: string) =>
    server.client.put('/v1/me/username', { username }, { token, headers: { 'x-forwarded-for': address } })

  it('A37: an account asks for ten names a day, wherever it asks from', async () => {
    const token = await signIn('amina')
    await signIn('baraka')
    for (let at = 0; at < 10; at++) expect((await rename(token, 'baraka', `192.0.2.${at}`)).status).toBe(409)
    const { status, body, headers } = await rename(token, 'free-name', '198.51.100.1')
    expect([status, body.code]).toEqual([429, 'rate_limited'])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(80_000)
  })

  it('a right password costs no guess, also if the name is taken', async () => {
    const token = await signIn('farida')
    const body = { username: 'amina', current_password: password }
    for (let at = 0; at < 12; at++) {
      const headers = { 'x-forwarded-for': `192.0.2.${100 + at}` }
      const { status } = await server.client.put('/v1/me/username', body, { token, headers })
      expect(status).toBe(at < 10 ? 409 : 429)
    }
    const elsewhere = { headers: { 'x-forwarded-for': '198.51.100.9' } }
    const given = { username: 'farida', password }
    expect((await server.client.post('/v1/auth/login', given, elsewhere)).status).toBe(200)
  })

  it('A37: a client asks no more often than it may ask for availability', async () => {
    const token = await signIn('chebet')
    const answers = []
    for (let at = 0; at < 61; at++) answers.push((await rename(token, 'chebet', '198.51.100.2')).status)
    expect(answers.indexOf(429)).toBe(60)
  })

  it('strict privacy answers for a held name as for any other that is taken', async () => {
    const token = await signIn('dalila')
    expect((await rename(token, 'dalila-2', '198.51.100.3')).status).toBe(200)
    const email = 'other@example.com'
    const refused = await server.client.register({ username: 'dalila', email, password })
    expect([refused.status, refused.body.code]).toEqual([409, 'username_taken'])
  })
})
