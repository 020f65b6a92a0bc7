import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engines, type TestDatabase } from '../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../tests/support/frozen-clock.ts'
import { keySetOf, newPerson } from '../../../../tests/support/people.ts'
import { openDatabase } from '../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const publicUrl = 'https://id.example.org'

describe.each(engines)('servers on one database on $name', (engine) => {
  let database: TestDatabase
  let clock: FrozenClock
  let running: TestServer[]
  beforeEach(async () => {
    database = await engine.createDatabase()
    clock = new FrozenClock()
    running = []
  })
  afterEach(async () => {
    await Promise.all(running.map((server) => server.close()))
    await database?.drop()
  })

  async function start(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
    const options = { env: { PROXIMA_PUBLIC_URL: publicUrl, ...env }, databaseUrl: database.url, clock }
    const server = await startTestServer(engine, options)
    running.push(server)
    return server
  }

  async function stop(server: TestServer): Promise<void> {
    running = running.filter((each) => each !== server)
    await server.close()
  }

  const kidsOf = async ({ client }: TestServer) => (await keySetOf(client)).keys.map(({ kid }) => kid)

  it('keep their key and the tokens of those signed in over a restart', async () => {
    const before = await start()
    const { id, token } = await newPerson(before.client)
    const kids = await kidsOf(before)
    await stop(before)

    const after = await start()
    expect((await after.client.me(token)).body.id).toBe(id)
    expect(await kidsOf(after)).toEqual(kids)
    const { token: newer } = await newPerson(after.client)
    expect(decodeProtectedHeader(newer).kid).toBe(decodeProtectedHeader(token).kid)
  })

  it('A76: accept each other’s tokens when they started at the same moment on an empty database', async () => {
    const nodes = await Promise.all([start(), start(), start()])
    const people = await Promise.all(nodes.map((node) => newPerson(node.client)))
    for (const node of nodes) {
      for (const { id, token } of people) {
        const me = await node.client.me(token)
        expect(me.status, me.text).toBe(200)
        expect(me.body.id).toBe(id)
      }
    }
    const [first, ...others] = await Promise.all(nodes.map(kidsOf))
    for (const kids of others) expect(kids).toEqual(first)
    for (const { token } of people) expect(first).toContain(decodeProtectedHeader(token).kid)
  })

  it('A76: sign with one key once they have all been started again', async () => {
    const first = await Promise.all([start(), start()])
    await Promise.all(first.map(stop))
    const nodes = await Promise.all([start(), start()])
    const people = await Promise.all(nodes.map((node) => newPerson(node.client)))
    const kids = people.map(({ token }) => decodeProtectedHeader(token).kid)
    expect(new Set(kids).size).toBe(1)
  })

  it('see at once that a session has ended on the other', async () => {
    const [first, second] = [await start(), await start()]
    const { id, token } = await newPerson(first.client)
    expect((await second.client.me(token)).status).toBe(200)
    const db = openDatabase(database.url)
    await db.deleteFrom('sessions').where('account_id', '=', id).execute()
    await db.destroy()
    for (const node of [first, second]) expect((await node.client.me(token)).status).toBe(401)
  })

  it('do not start with another master secret than that of the database', async () => {
    const right = await start()
    const { id, token } = await newPerson(right.client)
    await stop(right)
    const wrong = start({ PROXIMA_SECRET: 'anotherSecretThatIsLongEnough-0c5b7e1d93a4' })
    await expect(wrong).rejects.toMatchObject({ name: 'StartRefused' })
    await expect(wrong).rejects.toThrow('Start the server with the secret that sealed the data')
    expect((await (await start()).client.me(token)).body.id).toBe(id)
  })

  it('do not accept tokens for another address, although the key is the same', async () => {
    const one = await start()
    const { token } = await newPerson(one.client)
    const elsewhere = await start({ PROXIMA_PUBLIC_URL: 'https://other.example.org' })
    const me = await elsewhere.client.me(token)
    expect(me.status).toBe(401)
    expect(me.body.code).toBe('invalid_token')
  })
})
