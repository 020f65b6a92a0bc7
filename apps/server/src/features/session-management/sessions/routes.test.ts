import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { loginWith, newPerson, type Person } from '../../../../tests/support/people.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { Database } from '../../../platform/database/tables.ts'
import { newId } from '../../../platform/kernel/ids.ts'

const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0'

interface SessionsAnswer {
  readonly code?: string
  readonly data: readonly { readonly id: string; readonly last_seen_at: string; readonly current: boolean }[]
  readonly next_cursor: string | null
}

describe.each(engines)('my sessions on $name', (engine) => {
  let server: TestServer
  let db: Database
  let person: Person
  beforeAll(async () => {
    server = await startTestServer(engine)
    db = openDatabase(server.databaseUrl)
    person = await newPerson(server.client)
  })
  afterAll(async () => {
    await db?.destroy()
    await server?.close()
  })

  const signIn = (who: Person, mode: 'token' | 'code' | 'cookie' = 'token', headers = {}) =>
    loginWith(server.client, who.secret, mode, headers)
  const list = async (token: string, query = '') => {
    const answer = await server.client.get(`/v1/me/sessions${query}`, { token })
    return { ...answer, body: answer.body as SessionsAnswer }
  }
  const end = (token: string, id = '') =>
    server.client.send('DELETE', `/v1/me/sessions${id === '' ? '' : `/${id}`}`, undefined, { token })
  const alive = async (token: string) => (await server.client.me(token)).status === 200

  it('are listed newest first, with the current one marked', async () => {
    const ada = await newPerson(server.client)
    const { session_id, session_code } = await signIn(ada, 'code', { 'user-agent': firefox })
    const { status, body, headers } = await list(session_code)
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(body.next_cursor).toBeNull()
    expect(body.data.map(({ id }) => id)).toEqual([session_id, ada.sessionId])
    const now = server.clock.now()
    expect(body.data[0]).toEqual({
      id: session_id,
      device: 'Firefox on Linux',
      user_agent: firefox,
      address: '127.0.0.1',
      amr: ['user_secret'],
      acr: 'urn:proxima:aal1',
      auth_time: now.toISOString(),
      created_at: now.toISOString(),
      last_seen_at: now.toISOString(),
      expires_at: new Date(now.getTime() + 30 * 86_400_000).toISOString(),
      current: true,
    })
    expect(body.data[1]?.current).toBe(false)
  })

  it('show the last authentication separately from the start, and a refresh does not change it', async () => {
    const ada = await newPerson(server.client)
    const { session_id, access_token, refresh_token } = await signIn(ada)
    const began = server.clock.now()
    server.clock.advance(700)
    const proved = server.clock.now()
    // As a reauthentication in this session will do.
    const own = db.updateTable('sessions').where('id', '=', session_id)
    await own.set({ authenticated_at: proved.getTime(), amr: 'user_secret pwd' }).execute()
    server.clock.advance(60)
    const [shown] = (await list(access_token)).body.data
    expect(shown).toMatchObject({ auth_time: proved.toISOString(), created_at: began.toISOString() })
    expect(shown).toMatchObject({ amr: ['user_secret', 'pwd'] })
    const { body } = await server.client.post('/v1/auth/refresh', { refresh_token })
    expect(decodeJwt(String(body.access_token))).toMatchObject({
      auth_time: Math.floor(proved.getTime() / 1_000),
      amr: ['user_secret', 'pwd'],
      acr: 'urn:proxima:aal1',
    })
    // Fresh again, though the session is old.
    const fresh = String(body.access_token)
    expect((await server.client.post('/v1/me/secret', {}, { token: fresh })).status).toBe(200)
  })

  it('show the time of the last request, to the minute', async () => {
    const ada = await newPerson(server.client)
    const begun = server.clock.now().toISOString()
    const seenAt = async () => (await list(ada.token)).body.data[0]?.last_seen_at
    server.clock.advance(59)
    expect(await seenAt()).toBe(begun)
    server.clock.advance(1)
    await server.client.me(ada.token)
    const seen = server.clock.now().toISOString()
    server.clock.advance(30)
    expect(await seenAt()).toBe(seen)
  })

  it('A59: end if they are unused for too long, and continue while they are used', async () => {
    const { session_code: code } = await signIn(await newPerson(server.client), 'code')
    const dayspan = 86_400
    for (let days = 0; days < 28; days += 14) {
      server.clock.advance(14 * dayspan - 60)
      expect(await alive(code)).toBe(true)
    }
    const { session_code: idle } = await signIn(await newPerson(server.client), 'code')
    server.clock.advance(14 * dayspan)
    expect(await alive(idle)).toBe(false)
  })

  it('A60: can be ended one by one, only by their owner', async () => {
    const [ada, eve] = [await newPerson(server.client), await newPerson(server.client)]
    const other = await signIn(ada, 'code')
    expect((await end(eve.token, other.session_id)).body.code).toBe('not_found')
    expect(await alive(other.session_code)).toBe(true)
    const { status, text } = await end(ada.token, other.session_id)
    expect([status, text]).toEqual([204, ''])
    expect(await alive(other.session_code)).toBe(false)
    expect(await alive(ada.token)).toBe(true)
    expect((await end(ada.token, other.session_id)).status).toBe(404)
  })

  it('A33: that are not mine are not found, whatever the id looks like', async () => {
    const { token } = await newPerson(server.client)
    for (const id of [newId(), '0', '-1', '9'.repeat(90), 'current', '%2e%2e', "'%20or%201=1", person.id])
      expect((await end(token, id)).body.code, id).toBe('not_found')
  })

  it('end all except the current one, with their access tokens, refresh tokens and codes, on every node at once', async () => {
    const ada = await newPerson(server.client)
    const [code, cookie, token] = [await signIn(ada, 'code'), await signIn(ada, 'cookie'), await signIn(ada)]
    const { clock, databaseUrl, url } = server
    const node = await startTestServer(engine, { databaseUrl, clock, env: { PROXIMA_PUBLIC_URL: url } })
    try {
      expect((await node.client.me(code.session_code)).status).toBe(200)
      expect((await end(ada.token)).status).toBe(204)
      for (const each of [server, node]) {
        expect((await each.client.me(code.session_code)).status).toBe(401)
        expect((await each.client.me(token.access_token)).status).toBe(401)
        const refreshed = await each.client.post('/v1/auth/refresh', { refresh_token: token.refresh_token })
        expect(refreshed.status).toBe(401)
        expect((await each.client.me(ada.token)).status).toBe(200)
      }
    } finally {
      await node.close()
    }
    const left = await db.selectFrom('sessions').select('id').where('account_id', '=', ada.id).execute()
    expect(left).toEqual([{ id: ada.sessionId }])
    expect(left).not.toContainEqual({ id: cookie.session_id })
  })

  it('come in pages, and each page continues after the one before', async () => {
    const ada = await newPerson(server.client)
    for (let count = 0; count < 4; count++) await signIn(ada)
    const ids: string[] = []
    let query = '?limit=2'
    for (let page = 0; page < 3; page++) {
      const { body } = await list(ada.token, query)
      ids.push(...body.data.map(({ id }) => id))
      query = `?limit=2&cursor=${body.next_cursor}`
      expect(body.next_cursor === null).toBe(page === 2)
    }
    expect(ids.length).toBe(5)
    expect(ids).toEqual([...ids].sort().reverse())
  })

  it('A28: refuse a cursor that is forged, cut or from another account', async () => {
    const [ada, eve] = [await newPerson(server.client), await newPerson(server.client)]
    await signIn(ada)
    const { next_cursor: cursor } = (await list(ada.token, '?limit=1')).body
    if (cursor === null) throw new Error('there is one page only')
    const forged = [cursor.slice(0, -1), 'x', '', "'", btoa(ada.sessionId), ada.sessionId]
    for (const each of forged) {
      const { status, body } = await list(ada.token, `?cursor=${encodeURIComponent(each)}`)
      expect([status, body.code], each).toEqual([422, 'validation_failed'])
    }
    expect((await list(eve.token, `?cursor=${cursor}`)).status).toBe(422)
    for (const limit of ['0', '101', '-1', '1.5', '1e1', 'all', ''])
      expect((await list(ada.token, `?limit=${limit}`)).status, limit).toBe(422)
  })
})
