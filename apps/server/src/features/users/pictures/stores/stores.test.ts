import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type BucketServer, startBucketServer } from '../../../../../tests/support/bucket-server.ts'
import { engines, type TestEngine } from '../../../../../tests/support/engines.ts'
import { plainPng } from '../../../../../tests/support/images.ts'
import { newPerson, type Person } from '../../../../../tests/support/people.ts'
import { imagePath, pictureAddress, putImage } from '../../../../../tests/support/pictures.ts'
import { openDatabase } from '../../../../../tests/support/test-database.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { wireNode } from '../../../../../tests/support/wired-node.ts'
import { newId } from '../../../../platform/kernel/ids.ts'

/** The same for two servers, so that the one takes the tokens of the other. */
const publicUrl = { PROXIMA_PUBLIC_URL: 'https://accounts.example.org' }

/** Where files lie, seen from outside. */
interface Place {
  readonly env: Readonly<Record<string, string>>
  /** The paths of all files, within the folder of pictures. */
  files(): Promise<string[]>
  /** As a crash would leave it. */
  leave(path: string): Promise<void>
  close(): Promise<void>
}

async function inFolder(): Promise<Place> {
  const dataDir = await mkdtemp(join(tmpdir(), 'proxima-test-'))
  const root = join(dataDir, 'pictures')
  return {
    env: { PROXIMA_PICTURE_STORE: 'file', PROXIMA_DATA_DIR: dataDir },
    files: async () => {
      const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => [])
      const files = entries.filter((entry) => entry.isFile())
      return files.map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1)).sort()
    },
    leave: async (path) => {
      await mkdir(join(root, path, '..'), { recursive: true })
      await writeFile(join(root, path), 'left')
    },
    close: () => rm(dataDir, { recursive: true, force: true }),
  }
}

let bucket: BucketServer

async function inBucket(): Promise<Place> {
  bucket = await startBucketServer()
  return {
    env: bucket.env,
    files: async () => [...bucket.objects.keys()].map((key) => key.replace(/^pictures\//, '')).sort(),
    leave: async (path) => {
      bucket.objects.set(`pictures/${path}`, Buffer.from('left'))
    },
    close: () => bucket.close(),
  }
}

const places = [
  { place: 'in a folder', open: inFolder },
  { place: 'in a bucket', open: inBucket },
]
const cases = engines.flatMap((engine) => places.map((each) => ({ ...each, engine, name: engine.name })))

const sixFiles = ['256.jpeg', '256.webp', '512.jpeg', '512.webp', '64.jpeg', '64.webp']

describe.each(cases)('pictures $place beside $name', ({ open, engine }) => {
  let place: Place
  let server: TestServer
  let person: Person
  beforeEach(async () => {
    place = await open()
    server = await start(engine, place)
    person = await newPerson(server.client)
  })
  afterEach(async () => {
    await server?.close()
    await place?.close()
  })

  it('are written, read, replaced and deleted', async () => {
    expect((await putImage(server.client, person, plainPng(8, 8))).status).toBe(200)
    const first = await place.files()
    expect(first.map((path) => path.split('/')[1])).toEqual(sixFiles)
    const address = (await pictureAddress(server.client, person)) ?? ''
    for (const file of sixFiles)
      expect((await server.client.get(address.replace('256.webp', file))).status).toBe(200)
    expect(await rowsOfFiles(server)).toBe(0)
    await putImage(server.client, person, plainPng(9, 9))
    const second = await place.files()
    expect(second).toHaveLength(6)
    expect(second.filter((path) => first.includes(path))).toEqual([])
    expect((await server.client.get(address)).status).toBe(404)
    await server.client.send('DELETE', imagePath, undefined, person)
    expect(await place.files()).toEqual([])
    expect((await server.client.get(imagePath, person)).headers.get('content-type')).toBe('image/svg+xml')
  })

  it('have no part of the public address, or of anything that was sent, in their names', async () => {
    await putImage(server.client, person, plainPng(8, 8))
    const token = (await pictureAddress(server.client, person))?.split('/')[3] ?? ''
    for (const path of await place.files()) {
      expect(path).toMatch(/^[0-9a-f-]{36}\/\d+\.(webp|jpeg)$/)
      expect(path).not.toContain(token)
      expect(path).not.toContain(person.id)
    }
  })

  it('are gone with their account', async () => {
    await putImage(server.client, person, plainPng(8, 8))
    const node = nodeBeside(server, place)
    await node.administration.erase(person.id)
    await node.db.destroy()
    expect(await place.files()).toEqual([])
  })

  it('that belong to no picture are purged once they are an hour old, and no others', async () => {
    await putImage(server.client, person, plainPng(8, 8))
    const kept = await place.files()
    const orphanedRows = Array.from({ length: 5 }, () => `${newId()}/64.webp`)
    for (const path of orphanedRows) await place.leave(path)
    const node = nodeBeside(server, place)
    expect(await node.pictures.purge(500)).toBe(0)
    server.clock.advance(3_700)
    expect(await node.pictures.purge(3)).toBe(3)
    expect(await node.pictures.purge(500)).toBe(2)
    expect(await node.pictures.purge(500)).toBe(0)
    await node.db.destroy()
    expect(await place.files()).toEqual(kept)
  })

  it('are absent, also in the profile, if the server stores them in another place', async () => {
    await putImage(server.client, person, plainPng(8, 8))
    const address = (await pictureAddress(server.client, person)) ?? ''
    const { databaseUrl, clock } = server
    const elsewhere = await startTestServer(engine, { databaseUrl, clock, env: publicUrl })
    expect(await pictureAddress(elsewhere.client, person)).toBeNull()
    expect((await elsewhere.client.get(address)).status).toBe(404)
    await putImage(elsewhere.client, person, plainPng(8, 8))
    expect((await server.client.get(address)).status).toBe(404)
    await elsewhere.close()
  })
})

it.each(engines.slice(0, 1))('files in a folder are readable only by their owner', async (engine) => {
  const place = await inFolder()
  const server = await start(engine, place)
  const person = await newPerson(server.client)
  await putImage(server.client, person, plainPng(8, 8))
  const root = join(place.env['PROXIMA_DATA_DIR'] ?? '', 'pictures')
  for (const path of ['', ...(await readdir(root)), ...(await place.files())]) {
    const found = await stat(join(root, path))
    expect(found.mode & 0o777, path).toBe(found.isDirectory() ? 0o700 : 0o600)
  }
  await place.leave(`${newId()}.unfinished/64.webp`)
  await place.leave('notes-of-the-operator/readme.txt')
  server.clock.advance(3_700)
  const node = nodeBeside(server, place)
  expect(await node.pictures.purge(500)).toBe(1)
  await node.db.destroy()
  expect(await place.files()).toContain('notes-of-the-operator/readme.txt')
  await server.close()
  await place.close()
})

it.each(engines.slice(0, 1))(
  'a bucket that fails fails the call, and no redirection is followed',
  async (engine) => {
    const place = await inBucket()
    const server = await start(engine, place)
    const person = await newPerson(server.client)
    await putImage(server.client, person, plainPng(8, 8))
    const address = (await pictureAddress(server.client, person)) ?? ''
    for (const status of [500, 403, 302, 307]) {
      bucket.failWith = status
      for (const answer of [
        await putImage(server.client, person, plainPng(8, 8)),
        await server.client.get(address),
      ])
        expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
    }
    expect(bucket.wasFollowed).toBe(false)
    bucket.failWith = null
    expect((await server.client.get(address)).status).toBe(200)
    await server.close()
    await place.close()
  },
)

it.each(engines.slice(0, 1))('a bucket is not written to with another key than its own', async (engine) => {
  const place = await inBucket()
  const env = { ...place.env, PROXIMA_PICTURE_S3_SECRET_KEY: 'another' }
  const server = await start(engine, { ...place, env })
  const person = await newPerson(server.client)
  expect((await putImage(server.client, person, plainPng(8, 8))).status).toBe(503)
  expect(await pictureAddress(server.client, person)).toBeNull()
  expect(await place.files()).toEqual([])
  await server.close()
  await place.close()
})

function start(engine: TestEngine, { env }: Place): Promise<TestServer> {
  return startTestServer(engine, { env: { ...env, ...publicUrl } })
}

function nodeBeside({ databaseUrl, clock }: TestServer, { env }: Place) {
  const db = openDatabase(databaseUrl)
  return { ...wireNode({ db, clock, env }), db }
}

async function rowsOfFiles({ databaseUrl }: TestServer): Promise<number> {
  const db = openDatabase(databaseUrl)
  const rows = await db.selectFrom('picture_files').select('name').execute()
  await db.destroy()
  return rows.length
}
