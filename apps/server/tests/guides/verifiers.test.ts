/** @module-tag long */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Hono } from 'hono'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { urgentLeadSeconds } from '../../src/features/session-management/keys/model.ts'
import { newId } from '../../src/platform/kernel/ids.ts'
import { sqlite } from '../support/engines.ts'
import { base64url, forge, makeTestKey, type TestKey } from '../support/forged-tokens.ts'
import { FrozenClock } from '../support/frozen-clock.ts'
import { guideBlock, repository } from '../support/guide-blocks.ts'
import { newPerson, type Person, signInWith } from '../support/people.ts'
import { endLeftovers, ProximaProcess } from '../support/process.ts'
import { freePort } from '../support/programs.ts'
import { openServerKey } from '../support/server-key.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { openDatabase } from '../support/test-database.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

/** The subject of the token, or a rejection if the sample refuses it. */
type Verify = (token: string) => Promise<string>

interface Exports {
  readonly claimsOf: (token: string) => Promise<{ sub: string }>
  readonly requireUser: (request: object, response: object, next: (error?: Error) => void) => void
  readonly app: Hono
}

interface Sample {
  readonly name: string
  readonly block: string
  readonly verify: (exported: Exports) => Verify
}

const byClaims =
  ({ claimsOf }: Exports): Verify =>
  async (token) =>
    (await claimsOf(token)).sub

const byExpress =
  ({ requireUser }: Exports): Verify =>
  async (token) => {
    const request: { headers: object; auth?: { sub: string } } = {
      headers: { authorization: `Bearer ${token}` },
    }
    await new Promise<void>((resolve, reject) => {
      requireUser(request, {}, (error) => (error === undefined ? resolve() : reject(error)))
    })
    return request.auth?.sub ?? ''
  }

const byHono =
  ({ app }: Exports): Verify =>
  async (token) => {
    const answer = await app.request('/', { headers: { authorization: `Bearer ${token}` } })
    if (answer.status !== 200) throw new Error(await answer.text())
    return ((await answer.json()) as { sub: string }).sub
  }

const samples: readonly Sample[] = [
  { name: 'jose', block: 'verify-tokens.md#jose js', verify: byClaims },
  { name: 'jsonwebtoken', block: 'verify-tokens.md#jsonwebtoken-with-jwks-rsa js', verify: byClaims },
  { name: 'express-jwt', block: 'verify-tokens.md#express-jwt js', verify: byExpress },
  { name: 'fast-jwt', block: 'verify-tokens.md#fast-jwt js', verify: byClaims },
  { name: 'hono', block: 'verify-tokens.md#hono js', verify: byHono },
  { name: 'oauth4webapi', block: 'verify-tokens.md#oauth4webapi js', verify: byClaims },
  { name: 'aws-jwt-verify', block: 'verify-tokens.md#aws-jwt-verify js', verify: byClaims },
]

// Once for all samples, because their caches keep the clock that they found when they were loaded.
beforeAll(() => void vi.useFakeTimers({ toFake: ['Date', 'performance'] }))
afterAll(() => void vi.useRealTimers())

let folder: string
let server: TestServer
let services: OwnServices
let person: Person
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'proxima-verify-'))
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
  // Ten minutes ago: the test advances the clock, and a program of its own has the true time.
  const clock = new FrozenClock(new Date(Math.floor(vi.getRealSystemTime() / 1_000) * 1_000 - 600_000))
  vi.setSystemTime(clock.now())
  server = await startTestServer(sqlite, { clock })
  services = openServices(server)
  person = await newPerson(server.client)
})
afterEach(async () => {
  await endLeftovers()
  await services.close()
  await server.close()
  rmSync(folder, { recursive: true, force: true })
})

function localized(block: string): string {
  return block.replaceAll('http://127.0.0.1:4000', server.url)
}

/** Tokens that differ from a good one in one point each. */
async function badTokens(): Promise<Record<string, string>> {
  const db = openDatabase(server.databaseUrl)
  const key = await openServerKey(db)
  await db.destroy()
  const now = Math.floor(server.clock.now().getTime() / 1_000)
  const claims = {
    iss: server.url,
    aud: server.url,
    sub: person.id,
    client_id: 'proxima',
    iat: now,
    exp: now + 900,
    jti: newId(),
    sid: person.sessionId,
    roles: ['user'],
  }
  const header = { alg: 'ES256', kid: key.kid, typ: 'at+jwt' }
  const { exp: _, ...endless } = claims
  const made = (change: object, by: TestKey = key, head: object = {}) =>
    forge({ ...header, ...head }, { ...claims, ...change }, by)
  const good = made({})
  return {
    'another type': made({}, key, { typ: 'JWT' }),
    'another audience': made({ aud: 'https://other.example' }),
    'another issuer': made({ iss: 'https://other.example' }),
    expired: made({ iat: now - 1_000, exp: now - 100 }),
    'no expiry': forge(header, endless, key),
    'another key with the same id': made({}, makeTestKey(key.kid)),
    'another key': made({}, makeTestKey('other'), { kid: 'other' }),
    'no algorithm': `${base64url(JSON.stringify({ ...header, alg: 'none' }))}.${good.split('.')[1]}.`,
    changed: `${good.slice(0, -4)}AAAA`,
  }
}

function advance(seconds: number): void {
  server.clock.advance(seconds)
  vi.advanceTimersByTime(seconds * 1_000)
}

describe.each(samples)('the sample for $name', ({ name, block, verify }) => {
  it('accepts good tokens, refuses all others, takes a new key at once, and drops a retired one', async () => {
    const path = join(folder, `${name}.mjs`)
    writeFileSync(path, localized(guideBlock(block)))
    const subjectOf = verify((await import(/* @vite-ignore */ pathToFileURL(path).href)) as Exports)
    expect(await subjectOf(person.token)).toBe(person.id)
    const { 'another key': unknown = '', ...bad } = await badTokens()
    for (const [point, token] of Object.entries(bad))
      await expect(subjectOf(token), point).rejects.toBeInstanceOf(Error)

    // The last look-up of a key was a moment ago: the worst that can be.
    const { kid } = await services.keys.rotate({ algorithm: 'ES256', isUrgent: true })
    advance(urgentLeadSeconds)
    const newer = await signInWith(server.client, person.secret)
    expect(await subjectOf(newer.token)).toBe(person.id)

    const old = (await services.keys.list()).find((key) => key.kid !== kid)
    await services.keys.retire(old?.kid ?? '', { replace: false })
    expect(await subjectOf(newer.token)).toBe(person.id)
    advance(301)
    const newest = await signInWith(server.client, person.secret)
    expect(await subjectOf(newest.token)).toBe(person.id)
    // Last, because after an unknown key some libraries make a pause.
    await expect(subjectOf(unknown)).rejects.toBeInstanceOf(Error)
    // Not because it has expired: it is valid for 15 minutes.
    await expect(subjectOf(person.token)).rejects.toBeInstanceOf(Error)
  })
})

const python = '/usr/bin/python3'
const hasPyJwt = spawnSync(python, ['-c', 'import jwt']).status === 0

/** Reads tokens and pauses, one per line, and answers each. */
const driver = `
import sys, time
monotonic, offset = time.monotonic, 0
time.monotonic = lambda: monotonic() + offset
for line in sys.stdin:
    word = line.strip()
    if word.startswith("+"):
        offset += int(word)
        print("later", flush=True)
        continue
    try:
        print(claims_of(word)["sub"], flush=True)
    except Exception as error:
        print("refused", type(error).__name__, flush=True)
`

describe.skipIf(!hasPyJwt)('the sample for PyJWT (needs python3-jwt of Debian)', () => {
  it('accepts good tokens, refuses all others, takes a new key at once, and drops a retired one', async () => {
    const path = join(folder, 'sample.py')
    writeFileSync(path, localized(guideBlock('verify-tokens.md#pyjwt python')) + driver)
    const running = new ProximaProcess(python, [path])
    let count = 0
    const ask = async (line: string): Promise<string> => {
      count += 1
      running.type(`${line}\n`)
      const [, answer = ''] = await running.printed(new RegExp(`^(?:.*\\n){${count - 1}}(.*)\\n`))
      return answer
    }
    expect(await ask(person.token)).toBe(person.id)
    const { expired: _, ...bad } = await badTokens()
    for (const [point, token] of Object.entries(bad)) expect(await ask(token), point).toMatch(/^refused/)

    await services.keys.rotate({ algorithm: 'ES256', isUrgent: true })
    server.clock.advance(urgentLeadSeconds)
    await ask(`+${urgentLeadSeconds}`)
    const newer = await signInWith(server.client, person.secret)
    expect(await ask(newer.token)).toBe(person.id)
    const [, old] = await services.keys.list()
    await services.keys.retire(old?.kid ?? '', { replace: false })
    await ask('+301')
    expect(await ask(newer.token)).toBe(person.id)
    expect(await ask(person.token)).toMatch(/^refused/)
    await running.stop()
  })
})

describe('the example service', () => {
  it('answers 503 for a new token of a key that it may not know yet, and 401 for an old one', async () => {
    const port = await freePort()
    const path = join(folder, 'service.mjs')
    writeFileSync(path, localized(guideBlock('verify-tokens.md#an-example js')).replace('4100', String(port)))
    const running = new ProximaProcess(process.execPath, [path])
    const ask = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` }
      for (;;) {
        const answer = await fetch(`http://127.0.0.1:${port}/`, { headers }).catch(() => null)
        if (answer !== null) return [answer.status, answer.headers.get('retry-after')]
      }
    }
    expect(await ask(person.token)).toEqual([200, null])
    const unknown = makeTestKey('unknown')
    const at = (secondsAgo: number) =>
      forge(
        { alg: 'ES256', kid: 'unknown', typ: 'at+jwt' },
        { iss: server.url, aud: server.url, iat: Math.floor(vi.getRealSystemTime() / 1_000) - secondsAgo },
        unknown,
      )
    expect(await ask(at(60))).toEqual([503, '2'])
    expect(await ask(at(130))).toEqual([401, null])
    await running.stop()
  })
})
