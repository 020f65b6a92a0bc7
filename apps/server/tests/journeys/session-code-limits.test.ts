import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../support/engines.ts'
import {
  amina,
  fieldsSeen,
  frontEndOrigin,
  SessionCodeFrontEnd,
  said,
  seen,
} from '../support/session-code-front-end.ts'
import type { Answer } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** The name of the limit that was counted, and how many are left. */
const remaining = ({ headers }: Answer) =>
  /^"([a-z-]+)";r=(\d+);/.exec(headers.get('ratelimit') ?? '')?.slice(1)

describe('the old API of session codes with limits', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite, {
      env: {
        PROXIMA_CONTRACTS: 'session-code',
        PROXIMA_CONTRACT_SESSION_CODE_WRONG_PASSWORD_STATUS: '401',
        PROXIMA_DELETION_GRACE_DAYS: '0',
        PROXIMA_AVAILABILITY: 'username',
        PROXIMA_LIMITS: 'on',
        PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
      },
    })
    expect((await new SessionCodeFrontEnd(server.url).signUp(amina)).status).toBe(201)
  })
  afterAll(async () => await server?.close())

  it('A41: counts a wrong password as one, whatever its status', async () => {
    const lenient = await startTestServer(sqlite, {
      env: { PROXIMA_CONTRACTS: 'session-code', PROXIMA_LIMITS: 'on' },
    })
    for (const [each, status] of [
      [lenient, 202],
      [server, 401],
    ] as const) {
      const page = new SessionCodeFrontEnd(each.url)
      const attempts = [await page.signIn('a@example.com', 'pass99'), await page.signIn('b@example.com', 'x')]
      expect(attempts.map(({ status: got }) => got)).toEqual([status, status])
      expect(attempts.map(({ body }) => String(body.code))).toEqual([String(status), String(status)])
      expect(attempts.map(remaining)).toEqual([
        ['login', '299'],
        ['login', '298'],
      ])
    }
    await lenient.close()
  })

  it('counts a sign-up as one, also where people sign in', async () => {
    const page = new SessionCodeFrontEnd(server.url)
    const answers = []
    for (const username of ['salim', 'tatu'])
      answers.push(
        await page.signUp({ ...amina, username, email: `${username}@example.com` }, '/intra-in-cont'),
      )
    expect(answers.map(({ status }) => status)).toEqual([201, 201])
    const [one, other] = answers.map((answer) => remaining(answer) ?? [])
    expect([one?.[0], Number(one?.[1]) - Number(other?.[1])]).toEqual(['register', 1])
  })

  it('A37: calls every address free that it must not reveal, so that people can still sign up', async () => {
    const page = new SessionCodeFrontEnd(server.url)
    const body = { email: amina.email, username: null }
    expect(seen(await page.post('/checkUserAndEmailForAvailability', body))).toEqual(said(200, 'false'))
  })

  it('answers a used-up limit in the old shape', async () => {
    const page = new SessionCodeFrontEnd(server.url)
    let last = await page.post('/checkUserAndEmailForAvailability', { username: 'free' })
    for (let at = 0; at < 60; at++)
      last = await page.post('/checkUserAndEmailForAvailability', { username: 'free' })
    expect(fieldsSeen(last)).toEqual([429, ['error']])
    expect(last.headers.get('access-control-allow-origin')).toBe(frontEndOrigin)
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('I8: deletes nothing by a session alone if nothing could be restored', async () => {
    const page = new SessionCodeFrontEnd(server.url)
    await page.signIn(amina.email, amina.password)
    expect((await page.delete('/deleteAccount')).status).toBe(400)
    expect((await page.get('/get')).status).toBe(200)
  })

  it('leaves the start page of the server to browsers', async () => {
    const page = await fetch(server.url, { headers: { accept: 'text/html' } })
    expect(page.headers.get('content-type')).toContain('text/html')
    expect((await new SessionCodeFrontEnd(server.url).get('/')).body).toEqual({
      message: 'The server is running',
    })
  })
})
