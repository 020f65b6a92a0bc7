import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guessPolicies } from '../../src/features/safeguards/rate-limits/guesses/model.ts'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { engines } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const { freeGuesses } = guessPolicies.password

/** No address and no network is stopped before its guesses come to the account's own budget. */
const env = { PROXIMA_LIMITS: 'on', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }
const path = '/v1/auth/login'

describe.each(engines)('guesses in one batch, on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env })
  })
  afterAll(async () => await server?.close())

  /** How many guesses were judged: each leaves an event that is not `limited`. */
  async function judged(accountId: AccountId): Promise<number> {
    const db = openDatabase(server.databaseUrl)
    const events = db.selectFrom('audit_events').select('id').where('account_id', '=', accountId)
    const judgedOnes = events.where('action', '=', 'sign_in').where('outcome', '<>', 'limited')
    const { length } = await judgedOnes.execute()
    await db.destroy()
    return length
  }

  const registered = async (username: string) =>
    (await server.client.register({ username, password })).body.id as AccountId

  it('A43: are refused as a list, or as a repeated field', async () => {
    const id = await registered('amina')
    const guess = (text: string) => JSON.stringify({ username: 'amina', password: text })
    const list = `[${Array.from({ length: 100 }, () => guess('wrong')).join()},${guess(password)}]`
    const passwords = Array.from({ length: 100 }, (_, index) => `"password":"wrong ${index}"`).join()
    const bodies = [
      [list, 422],
      [JSON.stringify({ username: 'amina', password: ['wrong', password] }), 422],
      [JSON.stringify({ username: ['amina', 'baraka'], password }), 422],
      [JSON.stringify({ logins: [{ username: 'amina', password }] }), 422],
      [`{"username":"amina",${passwords},"password":"${password}"}`, 400],
      [`{"username":"amina","password":"wrong","\\u0070assword":"${password}"}`, 400],
      [`${guess('wrong')}\n${guess(password)}`, 400],
      [`${guess('wrong')}${guess(password)}`, 400],
    ] as const
    for (const [body, status] of bodies) {
      const answer = await server.client.send('POST', path, body, {
        headers: { 'x-forwarded-for': '192.0.2.1' },
      })
      expect(answer.status, body.slice(0, 60)).toBe(status)
    }
    expect(await judged(id)).toBe(0)
  })

  it('A43: are all counted if a hundred arrive on one connection at once', { tags: 'long' }, async () => {
    const id = await registered('chege')
    const guesses = 100
    const requests = Array.from({ length: guesses }, (_, index) => {
      // The last one would be right.
      const body = JSON.stringify({
        username: 'chege',
        password: index === guesses - 1 ? password : `no ${index}`,
      })
      const head = [
        `POST ${path} HTTP/1.1`,
        'Host: x',
        'Content-Type: application/json',
        `Content-Length: ${body.length}`,
        // Another client and another network each time, so that only the account's own budget is left to hold.
        `X-Forwarded-For: 10.${index >> 8}.${index & 255}.1`,
        ...(index === guesses - 1 ? ['Connection: close'] : []),
      ]
      return `${head.join('\r\n')}\r\n\r\n${body}`
    })
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    const chunks: Buffer[] = []
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.write(requests.join(''))
    await once(socket, 'close')
    const answers =
      Buffer.concat(chunks)
        .toString()
        .match(/HTTP\/1\.1 \d{3}/g) ?? []
    const count = (status: number) => answers.filter((line) => line.endsWith(String(status))).length
    expect(answers).toHaveLength(guesses)
    expect(count(401)).toBe(freeGuesses)
    expect(count(429) + count(503)).toBe(guesses - freeGuesses)
    // One that was judged may be told that it is limited, if another that was not has taken the last 401.
    expect(await judged(id)).toBeLessThanOrEqual(freeGuesses)
  })

  it('A39: get no additional try by being right: one that comes too early is not accepted', async () => {
    await registered('dalia')
    const guesses = Array.from({ length: 3 * freeGuesses }, (_, index) =>
      server.client.post(
        path,
        { username: 'dalia', password: index < 2 * freeGuesses ? 'wrong' : password },
        { headers: { 'x-forwarded-for': `10.${index}.0.1` } },
      ),
    )
    const answers = await Promise.all(guesses)
    const count = (status: number) => answers.filter((each) => each.status === status).length
    expect([count(200), count(401), count(429)]).toEqual([0, freeGuesses, 2 * freeGuesses])
    // A control: the password is right.
    server.clock.advance(3_600)
    const login = await server.client.post(
      path,
      { username: 'dalia', password },
      { headers: { 'x-forwarded-for': '10.99.0.1' } },
    )
    expect(login.status).toBe(200)
  })
})
