import { appendFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { FrozenClock } from '../../../../../tests/support/frozen-clock.ts'
import { requestFrom } from '../../../../../tests/support/request-context.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../../tests/support/wired-node.ts'
import type { Services } from '../../../../app/wire.ts'
import { trustedKeysOf } from '../verification/trusted-keys.ts'
import { readCheckpoint } from './token.ts'

const daySeconds = 86_400

describe.each(engines)('checkpoints on $name', (engine) => {
  let database: MigratedDatabase
  let folder: string
  let path: string
  let receiver: Server
  let received: string[]
  let answer: number
  const clock = new FrozenClock(new Date('2026-11-29T12:00:00Z'))
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
    folder = await mkdtemp(join(tmpdir(), 'proxima-checkpoints-'))
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        received.push(`${request.headers['content-type']} ${Buffer.concat(chunks).toString()}`)
        response.writeHead(answer, { location: 'http://127.0.0.1:1/' }).end()
      })
    })
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  })
  afterAll(async () => {
    receiver?.close()
    await database?.drop()
    await rm(folder, { recursive: true, force: true })
  })
  beforeEach(() => {
    path = join(folder, `${crypto.randomUUID()}.txt`)
    received = []
    answer = 204
  })
  afterEach(() => clock.advance(60))

  function node(): Services {
    const { port } = receiver.address() as AddressInfo
    const env = {
      PROXIMA_AUDIT_CHECKPOINT_FILE: path,
      PROXIMA_AUDIT_CHECKPOINT_URL: `http://127.0.0.1:${port}/checkpoints`,
    }
    return wireNode({ db: database.db, clock, env })
  }

  async function happen({ audit }: Services): Promise<void> {
    await audit.failure(database.db, 'sign_in', { method: 'password' }, requestFrom('203.0.113.7'))
  }

  const lines = async () => (await readFile(path, 'utf8')).split('\n')

  it('say which block is the last, signed by the key of the server', async () => {
    const one = node()
    await happen(one)
    const made = await one.checkpoints.keep()
    const keys = await trustedKeysOf(await one.keys.ownPublicKeys())
    const last = await database.db
      .selectFrom('audit_blocks')
      .select(['number', 'hash'])
      .orderBy('number', 'desc')
      .executeTakeFirstOrThrow()
    const read = await readCheckpoint(made?.token ?? '', keys)
    expect(read).toEqual({ block: last.number, hash: last.hash, at: clock.now() })
    const [header = '', payload = '', signature = ''] = (made?.token ?? '').split('.')
    const other = Buffer.from(JSON.stringify({ block: 1, hash: 'x', iat: 1 })).toString('base64url')
    for (const changed of [`${header}.${other}.${signature}`, `${header}.${payload}.`, 'x', ''])
      expect(await readCheckpoint(changed, keys)).toBeNull()
    expect(await readCheckpoint(made?.token ?? '', new Map())).toBeNull()
  })

  it('go to a file that only its owner reads, and to an address, once for each change of the trail', async () => {
    const one = node()
    await happen(one)
    const first = await one.checkpoints.keep()
    expect(await one.checkpoints.keep()).toEqual(first)
    await happen(one)
    const second = await one.checkpoints.keep()
    expect(await lines()).toEqual([first?.token, second?.token, ''])
    expect(received).toEqual([`application/jose ${first?.token}`, `application/jose ${second?.token}`])
    expect((await stat(path)).mode & 0o777).toBe(0o600)
  })

  it('go to the places of each server, whichever server made them', async () => {
    const [one, other] = [node(), node()]
    await happen(one)
    const made = await one.checkpoints.keep()
    expect((await other.checkpoints.keep())?.token).toBe(made?.token)
    expect(await lines()).toEqual([made?.token, made?.token, ''])
  })

  it('begin on a line of their own after a line that a power cut has cut off', async () => {
    const one = node()
    await appendFile(path, 'eyJhbGciOi')
    await happen(one)
    const made = await one.checkpoints.keep()
    expect(await lines()).toEqual(['eyJhbGciOi', made?.token, ''])
  })

  it.each([500, 307])('A121: are not lost for the file if the receiver answers %s', async (status) => {
    const one = node()
    answer = status
    await happen(one)
    await expect(one.checkpoints.keep()).rejects.toThrow('could not be written to http://127.0.0.1')
    expect(await lines()).toHaveLength(2)
    answer = 204
    const again = await one.checkpoints.keep()
    expect(received.at(-1)).toContain(again?.token)
  })

  it('are deleted from the database after a month', async () => {
    const one = node()
    await happen(one)
    await one.checkpoints.keep()
    clock.advance(30 * daySeconds - 0.001)
    const count = async () =>
      (await database.db.selectFrom('audit_checkpoints').select('block').execute()).length
    const before = await count()
    while ((await one.checkpoints.purge(100)) > 0);
    expect(await count()).toBe(1)
    clock.advance(0.001)
    expect(await one.checkpoints.purge(100)).toBe(1)
    expect(before).toBeGreaterThan(1)
  })
})

describe.each(engines)('a trail without events on $name', (engine) => {
  it('has no checkpoint', async () => {
    const database = await createMigratedDatabase(engine)
    expect(await wireNode({ db: database.db }).checkpoints.keep()).toBeNull()
    await database.drop()
  })
})
