import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { defaultHashes } from '../../../../tests/support/hashes.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe.each(engines)('a password on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: defaultHashes })
  })
  afterAll(async () => await server?.close())

  async function statusOf(username: string, password: string): Promise<number> {
    return (await server.client.login({ username, password })).status
  }

  /** How many passwords have come to their turn. */
  async function hashCount(): Promise<number> {
    const { text } = await server.client.get('/metrics')
    return Number(/^proxima_password_hash_wait_seconds_count (\d+)$/m.exec(text)?.[1])
  }

  it('A45: counts in full: bytes 73 and 1,024 of it matter', async () => {
    const text = variedText(255)
    const password = `${text}\u{1f98a}`
    expect(Buffer.byteLength(password)).toBe(1024)
    await server.client.signUp('long-password', password)
    const bytes = Buffer.from(password)
    expect(await statusOf('long-password', `${text}\u{1f98b}`)).toBe(401)
    expect(await statusOf('long-password', text)).toBe(401)
    expect(await statusOf('long-password', bytes.subarray(0, 72).toString())).toBe(401)
    const otherAt73 = Buffer.concat([bytes.subarray(0, 72), Buffer.from('\u{1f98a}'), bytes.subarray(76)])
    expect(otherAt73.length).toBe(1024)
    expect(await statusOf('long-password', otherAt73.toString())).toBe(401)
  })

  it('A47: is the same in every normal form of Unicode', async () => {
    const composed = 'Crème brûlée für fünf, ﬁne ①'
    await server.client.signUp('normal-forms', composed)
    for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'])
      expect(await statusOf('normal-forms', composed.normalize(form)), form).toBe(200)
  })

  it('A47: may be sent in its longest form', async () => {
    const composed = `${variedText(100)}${'ǖḯ'.repeat(78)}`
    expect(composed.length).toBeGreaterThan(255)
    expect(Array.from(composed).length).toBe(256)
    await server.client.signUp('longest-form', composed)
    expect(await statusOf('longest-form', composed.normalize('NFD'))).toBe(200)
  })

  it('A47: differs with another case, space or accent', async () => {
    const password = ' Green Bottles Stand Hére '
    await server.client.signUp('exact', password)
    const others = [password.toLowerCase(), password.toUpperCase(), password.trim()]
    others.push(password.trimStart(), password.trimEnd(), password.replace(' S', '  S'))
    others.push(password.replace('é', 'e'), `${password} `, `${password}\0`)
    for (const other of others) expect(await statusOf('exact', other), JSON.stringify(other)).toBe(401)
    expect(await statusOf('exact', password)).toBe(200)
  })

  it('A44: is refused before it is hashed if it is longer than any password can be', async () => {
    const million = await server.client.login({ username: 'exact', password: 'x'.repeat(1_000_000) })
    expect(million.status).toBe(413)
    const hashed = await hashCount()
    const calls = Array.from({ length: 50 }, () => statusOf('exact', 'x'.repeat(1_025)))
    expect(new Set(await Promise.all(calls))).toEqual(new Set([422]))
    expect(await hashCount()).toBe(hashed)
    expect(await statusOf('exact', 'x'.repeat(1_024))).toBe(401)
    expect(await hashCount()).toBe(hashed + 1)
  })

  it('A51: is hashed again once, at the next sign-in, after the cost has risen', async () => {
    const password = 'seven green bottles stand here'
    const { user } = await server.client.signUp('rehashed', password)
    const db = openDatabase(server.databaseUrl)
    const row = () =>
      db.selectFrom('passwords').selectAll().where('account_id', '=', user.id).executeTakeFirstOrThrow()
    const before = await row()
    expect(before.hash).toContain('$m=19456,t=2,p=1$')

    const dearer = await startTestServer(engine, {
      env: { ...defaultHashes, PROXIMA_PASSWORD_ITERATIONS: '3' },
      databaseUrl: server.databaseUrl,
    })
    const login = (given: string) => dearer.client.login({ username: 'rehashed', password: given })
    expect((await login('eight green bottles stand here')).status).toBe(401)
    expect(await row()).toEqual(before)

    const logins = await Promise.all([login(password), login(password), login(password)])
    expect(logins.map(({ status }) => status)).toEqual([200, 200, 200])
    const after = await row()
    expect(after.hash).toContain('$m=19456,t=3,p=1$')
    expect(after.changed_at).toBe(before.changed_at)

    expect((await login(password)).status).toBe(200)
    expect((await login('eight green bottles stand here')).status).toBe(401)
    expect(await row()).toEqual(after)
    // A node that still hashes cheaper does not take it back.
    expect(await statusOf('rehashed', password)).toBe(200)
    expect(await row()).toEqual(after)
    await Promise.all([dearer.close(), db.destroy()])
  })
})

/** Of code points of four bytes each, no two of them alike: no rule of the password policy finds a pattern. */
function variedText(codePoints: number): string {
  return Array.from({ length: codePoints }, (_, index) =>
    String.fromCodePoint(0x20000 + ((index * 7919) % 40_000)),
  ).join('')
}
