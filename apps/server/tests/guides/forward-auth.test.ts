/** @module-tag long */

import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { giveRole } from '../support/api-keys.ts'
import { sqlite } from '../support/engines.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { loginWith, newPerson, type Person } from '../support/people.ts'
import { endLeftovers } from '../support/process.ts'
import { findProgram, freePort, hasOpenssl } from '../support/programs.ts'
import {
  cgiVariables,
  identityIn,
  type ProtectedPage,
  type SeenRequest,
  spoofedIdentity,
  startProtectedPage,
} from '../support/protected-page.ts'
import { type Command, caddyCommand, nginxCommand, withPlace } from '../support/proxy-commands.ts'
import { type ProxyAnswer, type ProxyCall, type ProxyServer, startProxy } from '../support/proxy-server.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { listenSilently } from '../support/silent-server.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'
import { openSocket } from '../support/web-socket.ts'

const permission = 'reports:read'
const host = 'accounts.example.org:8443'
const origin = `https://${host}`

/** The settings of the guide. */
const env = Object.fromEntries(
  guideBlock('protect/forward-auth.md#the-addresses sh')
    .trim()
    .split('\n')
    .map((line) => line.split('=', 2) as [string, string]),
)

interface Place {
  readonly folder: string
  readonly port: number
  readonly proxima: string
  readonly page: string
}

const proxies: readonly {
  readonly program: string
  readonly prepare: (program: string, place: Place) => Promise<Command>
}[] = [
  {
    program: 'nginx',
    prepare: async (program, place) => {
      const blocks = withPlace(guideBlock('protect/forward-auth.md#nginx nginx'), {
        '127.0.0.1:4000': place.proxima,
        '127.0.0.1:3000': place.page,
        'proxy_read_timeout 5s': 'proxy_read_timeout 1s',
      })
      return await nginxCommand(program, place, { blocks, listen: 'listen 8443 ssl' })
    },
  },
  {
    program: 'caddy',
    prepare: async (program, place) => {
      const block = withPlace(guideBlock('protect/forward-auth.md#caddy caddy'), {
        '127.0.0.1:4000': place.proxima,
        '127.0.0.1:3000': place.page,
        'response_header_timeout 5s': 'response_header_timeout 1s',
      })
      return await caddyCommand(program, place, { block, address: `${host} {` })
    },
  },
]

describe.each(proxies)('$program, as the guide on forward-auth configures it', ({ program, prepare }) => {
  const path = findProgram(program)
  const missing = path === null ? program : hasOpenssl ? null : 'openssl'
  if (path === null || missing !== null) {
    it.skip(`is not tested: ${missing} is not installed`)
    return
  }
  let folder: string
  let server: TestServer
  let services: OwnServices
  let page: ProtectedPage
  let proxy: ProxyServer
  let port: number
  let reader: Person
  let code: string
  let groups: string
  let isStopped = false
  let stuck: { close: () => Promise<void> } | undefined
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-forward-auth-'))
    await mkdir(join(folder, 'home'))
    page = await startProtectedPage()
    server = await startTestServer(sqlite, { env })
    services = openServices(server)
    port = await freePort()
    const place = { folder, port, proxima: new URL(server.url).host, page: page.host }
    const command = await prepare(path, place)
    proxy = await startProxy(command, { port, home: join(folder, 'home'), healthStatus: 302 })
    // The longest name that there can be, in the script with the longest encoding.
    const fullName = '𞤀'.repeat(200)
    reader = await newPerson(server.client, {
      username: 'amina',
      email: 'amina@example.com',
      full_name: fullName,
    })
    groups = ['user', await giveRole(services.db, reader.id, [permission])].sort().join(',')
    code = (await loginWith(server.client, reader.secret, 'code')).session_code
    await verifyAddresses(services.db)
  })
  afterAll(async () => {
    await endLeftovers()
    await services?.close()
    if (!isStopped) await server?.close()
    await stuck?.close()
    await page?.close()
    await rm(folder, { recursive: true, force: true })
  })

  async function ask(call: ProxyCall = {}, address = '/reports?year=2026&page=2') {
    const before = page.seen.length
    const answer = await proxy.call(address, { ...call, headers: { host, ...call.headers } })
    return { answer, seen: page.seen.slice(before) }
  }
  const cookie = () => ({ cookie: `theme=dark; __Host-proxima=${code}; lang=sw` })

  function expectRefused(
    { answer, seen }: { answer: ProxyAnswer; seen: readonly SeenRequest[] },
    status: number,
  ) {
    expect([answer.status, seen], answer.text).toEqual([status, []])
    expect(answer.text).not.toContain('the page')
  }

  it('shows the page to someone who is signed in, and the page learns who it is', async () => {
    const identity = {
      REMOTE_USER: reader.id,
      REMOTE_EMAIL: 'amina@example.com',
      REMOTE_NAME: encodeURIComponent('𞤀'.repeat(200)),
      REMOTE_GROUPS: groups,
    }
    for (const call of [{ headers: cookie() }, { token: code }, { token: reader.token }]) {
      const { answer, seen } = await ask(call)
      expect([answer.status, answer.text]).toEqual([200, 'the page'])
      expect(seen.map(identityIn)).toEqual([identity])
    }
  })

  it('passes on the method, the address and the body', async () => {
    const { answer, seen } = await ask({ method: 'POST', token: code, body: '{"a": 1}' })
    expect(answer.status).toBe(200)
    expect(seen).toMatchObject([{ method: 'POST', url: '/reports?year=2026&page=2' }])
    expect(cgiVariables(seen[0] as SeenRequest)['CONTENT_LENGTH']).toBe('8')
  })

  it('I6: drops what a caller says about themselves, however it is written', async () => {
    const { answer, seen } = await ask({ token: reader.token, headers: spoofedIdentity })
    expect(answer.status).toBe(200)
    expect(JSON.stringify(seen)).not.toContain('admin')
    expect(identityIn(seen[0] as SeenRequest)).toMatchObject({
      REMOTE_USER: reader.id,
      REMOTE_GROUPS: groups,
    })
    expectRefused(await ask({ method: 'POST', headers: spoofedIdentity }), 401)
  })

  it('I6: drops what a caller says about themselves if Proxima has no such value', async () => {
    const plain = await newPerson(server.client, 'baraka')
    await giveRole(services.db, plain.id, [permission])
    await services.db.updateTable('accounts').set({ username: null }).where('id', '=', plain.id).execute()
    const { seen } = await ask({ token: plain.token, headers: spoofedIdentity })
    const { REMOTE_GROUPS: _, ...others } = identityIn(seen[0] as SeenRequest)
    expect(others).toEqual({ REMOTE_USER: plain.id })
  })

  it('keeps the credentials of the caller from the page, and leaves it its own cookies', async () => {
    const { seen } = await ask({ headers: cookie() })
    expect(cgiVariables(seen[0] as SeenRequest)['COOKIE']).toBe('theme=dark; lang=sw')
    for (const text of [
      `__Host-proxima=${code}`,
      `__Host-proxima=${code}; a=b`,
      `a=b; __Host-proxima=${code}`,
    ]) {
      const answer = await ask({ headers: { cookie: text } })
      expect(answer.answer.status).toBe(200)
      expect(JSON.stringify(answer.seen)).not.toContain('pxs_')
    }
    for (const token of [code, reader.token])
      expect(cgiVariables((await ask({ token })).seen[0] as SeenRequest)['AUTHORIZATION'] ?? '').toBe('')
  })

  it('sends a browser that opens the page to the sign-in page, which leads back', async () => {
    const call = { headers: { 'sec-fetch-dest': 'document', 'x-forwarded-host': 'evil.example' } }
    const { answer, seen } = await ask(call)
    expect([answer.status, seen]).toEqual([302, []])
    const { location = '' } = answer.headers
    expect(location.split('?')[0]).toBe('https://accounts.example.org/sign-in')
    expect(new URL(location).searchParams.get('return_to')).toBe(`${origin}/reports?year=2026&page=2`)
  })

  it('answers a form, a script and a wrong token with 401', async () => {
    expectRefused(await ask({ method: 'POST', body: '{"a": 1}' }), 401)
    expectRefused(
      await ask({ method: 'PUT', body: '{"a": 1}', headers: { 'x-forwarded-method': 'GET' } }),
      401,
    )
    expectRefused(await ask({ headers: { 'sec-fetch-dest': 'script' } }), 401)
    expectRefused(await ask({ token: 'wrong', headers: { 'sec-fetch-dest': 'empty' } }), 401)
  })

  it('shows the page to no one without the permission', async () => {
    const { token } = await newPerson(server.client)
    expectRefused(await ask({ token }), 403)
    expectRefused(await ask({ method: 'POST', token }), 403)
  })

  it('A49: passes on no form of another site', async () => {
    const forged = { ...cookie(), 'sec-fetch-site': 'cross-site' }
    expectRefused(await ask({ method: 'POST', headers: forged }), 403)
    expect((await ask({ headers: forged })).answer.status).toBe(200)
  })

  it('shows the way to Proxima to no one', async () => {
    for (const address of ['/proxima-check', '/proxima-sign-in', '/proxima-', '/v1/forward-auth']) {
      const { answer } = await ask({ headers: { 'sec-fetch-dest': 'empty' } }, address)
      expect([401, 404], address).toContain(answer.status)
      expect(answer.headers['remote-user']).toBeUndefined()
    }
  })

  it('passes on a WebSocket of someone who is signed in, and of no one else', async () => {
    expect(await openSocket(port, { host, ...cookie() })).toBe('hello')
    expect(identityIn(page.seen.at(-1) as SeenRequest)).toMatchObject({ REMOTE_USER: reader.id })
    const before = page.seen.length
    expect(await openSocket(port, { host, 'sec-fetch-dest': 'websocket' })).toBe(401)
    expect(page.seen.length).toBe(before)
  })

  it.each(['h2c', 'H2C', 'h2c, websocket', 'websocket, h2c', 'TLS/1.2'])(
    'I6: does not change to %s, in which a caller could send requests that no one checks',
    async (upgrade) => {
      const headers = { host, ...cookie(), upgrade, connection: 'Upgrade, HTTP2-Settings' }
      expect(await openSocket(port, { ...headers, 'http2-settings': 'AAMAAABkAAQAAP__' })).toBe(200)
      expect(cgiVariables(page.seen.at(-1) as SeenRequest)['UPGRADE'] ?? '').toBe('')
    },
  )

  it('I6: keeps what Proxima says, whatever a caller lists in Connection', async () => {
    const connection = 'close, Remote-User, Remote-Email, Remote-Name, Remote-Groups, Cookie, Sec-Fetch-Site'
    const { answer, seen } = await ask({ headers: { ...cookie(), connection } })
    expect(answer.status).toBe(200)
    expect(identityIn(seen[0] as SeenRequest)).toMatchObject({
      REMOTE_USER: reader.id,
      REMOTE_GROUPS: groups,
    })
    const forged = { ...cookie(), connection, 'sec-fetch-site': 'cross-site' }
    expectRefused(await ask({ method: 'POST', headers: forged }), 403)
  })

  it('A54: shows the page no longer after the sign-out', async () => {
    const other = await loginWith(server.client, reader.secret, 'code')
    expect((await ask({ token: other.session_code })).answer.status).toBe(200)
    await server.client.send('POST', '/v1/auth/logout', undefined, {
      token: other.session_code,
    })
    expectRefused(await ask({ token: other.session_code, headers: { 'sec-fetch-dest': 'empty' } }), 401)
  })

  it('I11: never shows the page if Proxima does not answer, or does not answer in time', async () => {
    const at = new URL(server.url)
    await server.close()
    isStopped = true
    for (const method of ['GET', 'POST']) {
      const { answer, seen } = await ask({ method, token: code })
      expect([answer.status >= 500, seen], answer.text).toEqual([true, []])
    }
    stuck = await listenSilently(Number(at.port))
    for (const method of ['GET', 'POST']) {
      const { answer, seen } = await ask({ method, token: code })
      expect([answer.status >= 500, seen], answer.text).toEqual([true, []])
    }
  })
})
