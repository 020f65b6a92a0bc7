/** @module-tag long */

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../support/engines.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { newPerson, type Person } from '../support/people.ts'
import { imagePath } from '../support/pictures.ts'
import { endLeftovers } from '../support/process.ts'
import { findProgram, freePort, hasOpenssl, makeCertificate } from '../support/programs.ts'
import {
  type Command,
  caddyCommand,
  type ListeningPlace,
  nginxCommand,
  withPlace,
} from '../support/proxy-commands.ts'
import { type ProxyServer, startProxy } from '../support/proxy-server.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const publicUrl = 'https://accounts.example.org'
const settings = { PROXIMA_PUBLIC_URL: publicUrl, PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }

interface Place extends ListeningPlace {
  /** `host:port` of the servers behind it. */
  readonly servers: readonly [string, string]
}

interface Proxy {
  readonly name: string
  readonly program: string
  /** Whether it spreads calls over two servers. */
  readonly isBalancer: boolean
  /** Writes the configuration of the guide, with the ports and paths of the test, and returns the command. */
  readonly prepare: (program: string, place: Place) => Promise<Command>
}

const listen = 'listen 443 ssl'

const proxies: readonly Proxy[] = [
  {
    name: 'nginx',
    program: 'nginx',
    isBalancer: false,
    prepare: async (program, place) => {
      const block = withPlace(guideBlock('production.md#nginx nginx'), { '127.0.0.1:4000': place.servers[0] })
      return await nginxCommand(program, place, { blocks: block, listen })
    },
  },
  {
    name: 'nginx with several processes',
    program: 'nginx',
    isBalancer: true,
    prepare: async (program, place) => {
      const upstream = withPlace(guideBlock('scaling.md#several-processes-on-one-machine nginx'), {
        '127.0.0.1:4001': place.servers[0],
        '127.0.0.1:4002': place.servers[1],
      })
      const site = guideBlock('production.md#nginx nginx').replace(/^upstream proxima \{[^}]*\}/, upstream)
      return await nginxCommand(program, place, { blocks: site, listen })
    },
  },
  {
    name: 'HAProxy',
    program: 'haproxy',
    isBalancer: true,
    prepare: async (program, { folder, port, servers }) => {
      const { certificate, key } = makeCertificate(folder)
      const both = join(folder, 'accounts.pem')
      await writeFile(both, (await readFile(certificate, 'utf8')) + (await readFile(key, 'utf8')))
      const text = withPlace(guideBlock('scaling.md#the-load-balancer haproxy'), {
        '/etc/haproxy/accounts.pem': both,
        'bind :443': `bind 127.0.0.1:${port}`,
        '10.0.0.11:4000': servers[0],
        '10.0.0.12:4000': servers[1],
      })
      await writeFile(join(folder, 'haproxy.cfg'), text)
      return [program, '-db', '-f', join(folder, 'haproxy.cfg')]
    },
  },
  {
    name: 'Caddy',
    program: 'caddy',
    isBalancer: false,
    prepare: async (program, place) => {
      const block = withPlace(guideBlock('production.md#caddy caddy'), { '127.0.0.1:4000': place.servers[0] })
      return await caddyCommand(program, place, { block, address: 'accounts.example.org {' })
    },
  },
]

/** Noise, which no format can compress: about as large as it looks. */
async function photograph(bytes: number): Promise<Buffer> {
  const side = Math.ceil(Math.sqrt(bytes / 3))
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const create = { width: side, height: side, channels: 3, background: 'black', noise } as const
  return await sharp({ create }).png().toBuffer()
}

describe.each(proxies)('$name, as the guide configures it', ({ name, program, isBalancer, prepare }) => {
  const path = findProgram(program)
  const missing = path === null ? program : hasOpenssl ? null : 'openssl'
  if (path === null || missing !== null) {
    it.skip(`is not tested: ${missing} is not installed`)
    return
  }
  let folder: string
  let servers: TestServer[]
  let proxy: ProxyServer
  let person: Person
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-proxy-'))
    await mkdir(join(folder, 'home'))
    const first = await startTestServer(sqlite, { env: settings })
    servers = [first]
    if (isBalancer)
      servers.push(await startTestServer(sqlite, { env: settings, databaseUrl: first.databaseUrl }))
    const hosts = servers.map(({ url }) => new URL(url).host)
    const place = { folder, port: await freePort(), servers: [hosts[0] ?? '', hosts[1] ?? ''] } as const
    proxy = await startProxy(await prepare(path, place), { port: place.port, home: join(folder, 'home') })
    person = await newPerson(first.client)
  })
  afterAll(async () => {
    await endLeftovers()
    await Promise.all((servers ?? []).map((server) => server.close()))
    await rm(folder, { recursive: true, force: true })
  })

  const putPicture = (body: Buffer) =>
    proxy.call(imagePath, { method: 'PUT', token: person.token, type: 'image/png', body })

  it('passes on a photograph of 2 MB', async () => {
    const picture = await photograph(2_000_000)
    expect(picture.length).toBeGreaterThan(1_900_000)
    const { status, text } = await putPicture(picture)
    expect(status, text).toBe(200)
  })

  it('passes on the largest picture that the server accepts', async () => {
    // A valid picture, with bytes behind its end up to the limit.
    const small = await photograph(1_000)
    const { status, text } = await putPicture(Buffer.concat([small, Buffer.alloc(10_485_760 - small.length)]))
    expect([200, 422], text).toContain(status)
  })

  it.each([
    ['a picture that is too large', imagePath, Buffer.alloc(10_485_761)],
    ['a picture that is far too large', imagePath, Buffer.alloc(13_000_000)],
    ['a JSON body that is too large', '/v1/me', Buffer.alloc(200_000, ' ')],
  ])('answers %s with a problem', async (_, address, body) => {
    const method = address === imagePath ? 'PUT' : 'PATCH'
    const type = address === imagePath ? 'image/png' : 'application/json'
    const answer = await proxy.call(address, { method, token: person.token, type, body })
    expect(answer.status, answer.text).toBe(413)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'too_large', status: 413 })
  })

  it('does not pass on an address that the caller claims to have', async () => {
    const headers = {
      'x-forwarded-for': '203.0.113.7',
      forwarded: 'for=203.0.113.8',
      'x-forwarded-host': 'evil',
    }
    const body = JSON.stringify({ user_secret: person.secret })
    const login = await proxy.call('/v1/auth/token', { method: 'POST', body, headers })
    expect(login.status, login.text).toBe(200)
    const { text } = await proxy.call('/v1/me/sessions', { token: person.token, headers })
    expect(text).toContain('127.0.0.1')
    expect(text).not.toContain('203.0.113')
  })

  it('hides the metrics', async () => {
    expect((await proxy.call('/metrics')).status).toBe(404)
  })

  it.runIf(isBalancer)('loses no call when one of the servers stops', async () => {
    await servers.at(-1)?.close()
    servers.pop()
    for (let call = 0; call < 20; call++) {
      const { status, text } = await proxy.call('/v1/me', { token: person.token })
      expect(status, text).toBe(200)
    }
  })

  it('answers with a problem when no server does', async () => {
    await Promise.all(servers.map((server) => server.close()))
    servers = []
    const answer = await proxy.call('/v1/me', { token: person.token })
    expect(answer.status, `${name}: ${answer.text}`).toBe(503)
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.headers['retry-after']).toBe('2')
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'unavailable', status: 503 })
  })
})
