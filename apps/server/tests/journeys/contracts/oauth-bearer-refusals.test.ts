import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../support/engines.ts'
import { OauthBearerFrontEnd, type OldRequest, seen } from '../../support/oauth-bearer-front-end.ts'
import { newForm, OauthBearerServer, oauthBearerEnv } from '../../support/oauth-bearer-server.ts'
import { startTestServer } from '../../support/test-server.ts'

const notAuthenticated = [401, { detail: 'Not authenticated' }]
const notValidated = [401, { detail: 'Could not authenticate user' }]

describe('what oauth-bearer refuses', () => {
  let old: OauthBearerServer
  beforeAll(async () => {
    old = await OauthBearerServer.start(sqlite)
  })
  afterAll(async () => await old?.close())

  it('describe wrong fields as Pydantic 2.0 did, and never repeat a password', async () => {
    const page = old.openPage()
    const { nid: _nid, ...rest } = newForm()
    const { password, ...shown } = rest
    expect(seen(await page.postJson('/create', rest))).toEqual([
      422,
      {
        detail: [
          {
            type: 'missing',
            loc: ['body', 'nid'],
            msg: 'Field required',
            input: shown,
            url: 'https://errors.pydantic.dev/2.0.2/v/missing',
          },
        ],
      },
    ])
    const refused = async (fields: object): Promise<unknown> => {
      const { status, body, text } = await page.postJson('/create', newForm(fields))
      expect(text).not.toContain(password)
      expect(status).toBe(422)
      return body.detail
    }
    expect(await refused({ email: 'nowhere' })).toMatchObject([
      { type: 'value_error', loc: ['body', 'email'], input: 'nowhere', ctx: { reason: expect.any(String) } },
    ])
    expect(await refused({ name: 7 })).toMatchObject([
      { type: 'string_type', loc: ['body', 'name'], input: 7 },
    ])
    expect(await refused({ role_id: 'x' })).toMatchObject([{ type: 'int_parsing', loc: ['body', 'role_id'] }])
    expect(await refused({ password: 'short' })).toMatchObject([
      { type: 'value_error', loc: ['body', 'password'], input: null },
    ])
    expect(await refused({ nid: 'x'.repeat(65) })).toMatchObject([{ loc: ['body', 'nid'] }])
  })

  it('never get a problem document, whatever they send', async () => {
    const page = old.openPage()
    const large = JSON.stringify({ ...newForm(), address: 'x'.repeat(670_000) })
    const json = { 'content-type': 'application/json' }
    const requests: [string, string, OldRequest, number][] = [
      ['POST', '/create', { body: '{', headers: json }, 422],
      ['POST', '/create', { body: '[]', headers: json }, 422],
      ['POST', '/create', { headers: json }, 422],
      ['POST', '/create', { body: 'name=x', headers: { 'content-type': 'text/plain' } }, 422],
      ['POST', '/create', { body: large, headers: json }, 413],
      ['POST', '/login', { body: 'x', headers: { 'content-type': 'multipart/form-data' } }, 400],
      [
        'POST',
        '/login',
        {
          body: new URLSearchParams([
            ['username', 'a'],
            ['username', 'b'],
          ]),
        },
        400,
      ],
      ['POST', '/validate', { body: new URLSearchParams({ code_from_user: 'abc' }) }, 422],
      ['POST', '/forgot', {}, 422],
      ['GET', '/create', {}, 405],
      ['GET', '/nowhere', {}, 404],
      ['GET', '/users/7/further', {}, 404],
    ]
    for (const [method, path, init, status] of requests) {
      const answer = await page.send(method, path, init)
      expect([answer.status, method, path]).toEqual([status, method, path])
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect(answer.body).toEqual({ detail: expect.anything() })
    }
  })

  it('get a 401 with a challenge, with a wrong credential, none, or another scheme', async () => {
    const page = old.openPage()
    for (const [authorization, expected] of [
      ['Bearer null', notValidated],
      ['Bearer undefined', notValidated],
      ['Bearer a.b.c', notValidated],
      ['Basic YTpi', notAuthenticated],
      ['', notAuthenticated],
    ] as const)
      for (const path of ['/profile', '/users', '/users/1']) {
        const answer = await page.sendAs('GET', path, { headers: { authorization } })
        expect(seen(answer)).toEqual(expected)
        expect(answer.headers.get('www-authenticate')).toBe('Bearer')
      }
    expect(seen(await page.sendAs('GET', '/profile', {}))).toEqual(notAuthenticated)
  })

  it('answer at the root of the server, too, and leave the home page to browsers', async () => {
    const root = await startTestServer(sqlite, {
      env: { ...oauthBearerEnv, PROXIMA_CONTRACTS: 'oauth-bearer' },
    })
    try {
      const page = new OauthBearerFrontEnd(root.url)
      expect(seen(await page.send('GET', '/'))).toEqual([200, { message: 'Hello' }])
      const home = await page.send('GET', '/', { headers: { accept: 'text/html' } })
      expect(home.text).toContain('<html')
      expect((await page.register(newForm())).status).toBe(200)
      expect(page.letsUserIn).toBe(true)
      expect((await page.send('GET', '/v1/nowhere')).headers.get('content-type')).toContain('problem+json')
    } finally {
      await root.close()
    }
  })
})
