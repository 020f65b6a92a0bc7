import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, signInWith } from '../../../../tests/support/people.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe.each(engines)('the sessions of one account on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_SESSIONS_PER_ACCOUNT_MAX: '5' } })
  })
  afterAll(async () => await server?.close())

  const isIn = async ({ token }: { token: string }) => (await server.client.me(token)).status === 200

  it('I13: have a limit: the one that was used least recently ends, with a record and an event', async () => {
    const [amina, other] = [await newPerson(server.client), await newPerson(server.client)]
    const more = []
    for (let at = 0; at < 4; at++) {
      server.clock.advance(60)
      more.push(await signInWith(server.client, amina.secret))
    }
    server.clock.advance(60)
    // The oldest is now the one that was used last.
    expect(await isIn(amina)).toBe(true)
    server.clock.advance(60)
    const newest = await signInWith(server.client, amina.secret)
    const verdicts = []
    for (const session of [amina, ...more, newest]) verdicts.push(await isIn(session))
    expect(verdicts).toEqual([true, false, true, true, true, true])
    expect(await isIn(other)).toBe(true)

    const [displaced] = more
    const events = await readEvents(server.databaseUrl)
    const ends = events.filter(({ action }) => action === 'session_displacement')
    expect(ends).toMatchObject([
      { account_id: amina.id, session_id: displaced?.sessionId, outcome: 'success' },
    ])
    const db = openDatabase(server.databaseUrl)
    const revoked = await db.selectFrom('revocations').select('session_id').execute()
    await db.destroy()
    expect(revoked).toEqual([{ session_id: displaced?.sessionId }])
  })

  it('I13: end before the one that has just begun, also if that one is not the latest by its id', async () => {
    const chebet = await newPerson(server.client)
    for (let at = 0; at < 4; at++) await signInWith(server.client, chebet.secret)
    const db = openDatabase(server.databaseUrl)
    const later = { last_seen_at: server.clock.now().getTime() + 60_000 }
    await db.updateTable('sessions').set(later).where('account_id', '=', chebet.id).execute()
    await db.destroy()
    expect(await isIn(await signInWith(server.client, chebet.secret))).toBe(true)
  })

  it('I13: are back within it at the next sign-in, however many sign-ins happened at once', async () => {
    const baraka = await newPerson(server.client)
    await Promise.all(Array.from({ length: 40 }, () => signInWith(server.client, baraka.secret)))
    const { token } = await signInWith(server.client, baraka.secret)
    const { body } = await server.client.get('/v1/me/sessions', { token })
    expect(body.data).toHaveLength(5)
  })
})
