import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { consoleNote, hasConsole } from '../../../../tests/support/browser.ts'
import { sqlite } from '../../../../tests/support/engines.ts'
import { TestClient } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { ConsoleFiles } from './files.ts'

describe.skipIf(!hasConsole)(`the console that is served${consoleNote}`, () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite)
  })
  afterAll(async () => await server?.close())

  const get = (path: string, coding = 'identity') =>
    new TestClient(server.url).get(path, { headers: { 'accept-encoding': coding } })

  it('is the same page at every address below /console, and no cache keeps it', async () => {
    const paths = ['/console', '/console/', '/console/people', '/console/people/1/events?x=1']
    const answers = await Promise.all(paths.map((path) => get(path)))
    for (const { status, headers, text } of answers) {
      expect(status).toBe(200)
      expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(headers.get('cache-control')).toBe('no-store')
      expect(text).toContain('<div id="root">')
    }
  })

  it('A122: runs the scripts of its build only, by a nonce that is new in each answer', async () => {
    const nonces = new Set<string>()
    for (const { text, headers } of [await get('/console'), await get('/console')]) {
      const policy = headers.get('content-security-policy') ?? ''
      const [, nonce = ''] = /script-src 'nonce-([\w-]{22})' 'strict-dynamic'/.exec(policy) ?? []
      nonces.add(nonce)
      const scripts = [...text.matchAll(/<script[^>]*>/g)].map(([tag]) => tag)
      expect(scripts.length).toBeGreaterThan(0)
      for (const tag of scripts) expect(tag).toContain(`nonce="${nonce}"`)
      expect(text).not.toMatch(/\{\{| style=| on\w+=|<style/)
      for (const part of [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ])
        expect(policy).toContain(part)
      expect(policy).not.toMatch(/unsafe|https?:|\*/)
    }
    expect(nonces.size).toBe(2)
  })

  it('has files that caches keep for ever, in the coding that the client accepts', async () => {
    const [, path = ''] = /src="([^"]+\.js)"/.exec((await get('/console')).text) ?? []
    const plain = await get(path)
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(plain.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(plain.headers.get('vary')).toContain('accept-encoding')
    expect(plain.headers.get('content-encoding')).toBeNull()
    for (const [accepted, coding] of [
      ['gzip, br', 'br'],
      ['gzip;q=1, br;q=0', 'gzip'],
      ['br;q=0, gzip;q=0.0', null],
    ] as const) {
      const { headers, text } = await get(path, accepted)
      expect(headers.get('content-encoding'), accepted).toBe(coding)
      expect(text, accepted).toBe(plain.text)
    }
  })

  it('A59: has no file outside of its folder', async () => {
    for (const name of ['..%2findex.html', '%2e%2e%2findex.html', 'nothing.js', '%00.js', 'index.html'])
      expect((await get(`/console/assets/${name}`)).status, name).toBe(404)
  })

  it('stores the same content in each coding', async () => {
    const files = new ConsoleFiles(new URL('../../../../../console/dist/', import.meta.url))
    const [, name = ''] = /assets\/([^"]+\.js)"/.exec((await files.shell()) ?? '') ?? []
    const plain = (await files.file(name, []))?.content
    expect(plain?.length).toBeGreaterThan(10_000)
    expect(brotliDecompressSync((await files.file(name, ['br']))?.content ?? '')).toEqual(plain)
    expect(gunzipSync((await files.file(name, ['gzip']))?.content ?? '')).toEqual(plain)
  })
})

describe('a console that is not built', () => {
  it('has no page and no files', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'proxima-console-'))
    const files = new ConsoleFiles(pathToFileURL(`${folder}/`))
    expect(await files.shell()).toBeNull()
    expect(await files.file('index.js', ['br'])).toBeNull()
    await rm(folder, { recursive: true })
  })
})
