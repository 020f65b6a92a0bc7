import { readdir } from 'node:fs/promises'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { plainPng } from '../support/images.ts'
import { newPerson, type Person } from '../support/people.ts'
import { imagePath, pictureAddress, putImage } from '../support/pictures.ts'
import { freshFolder } from '../support/process.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe.each(engines)('the picture of a deleted account on $name', (engine) => {
  let folder: Awaited<ReturnType<typeof freshFolder>>
  const servers: TestServer[] = []
  beforeAll(async () => {
    folder = await freshFolder()
    servers.push(
      await startTestServer(engine),
      await startTestServer(engine, {
        env: {
          PROXIMA_PICTURE_STORE: 'file',
          PROXIMA_DATA_DIR: folder.path,
          PROXIMA_DELETION_GRACE_DAYS: '0',
        },
      }),
    )
  })
  afterAll(async () => {
    for (const server of servers) await server.close()
    await folder?.remove()
  })

  async function newPersonWithPicture({ client }: TestServer): Promise<Person & { address: string }> {
    const person = await newPerson(client)
    expect((await putImage(client, person, plainPng(80, 40))).status).toBe(200)
    return { ...person, address: (await pictureAddress(client, person)) ?? '' }
  }

  const leave = async ({ client }: TestServer, { token, secret }: Person) =>
    await client.send('DELETE', '/v1/me', JSON.stringify({ user_secret: secret }), { token })

  it('is in the archive of the export', async () => {
    for (const server of servers) {
      const { token } = await newPersonWithPicture(server)
      const shown = await server.client.get(`${imagePath}?size=512`, { token })
      const archive = await server.client.get('/v1/me/export?format=zip', { token })
      const files = unzipSync(new Uint8Array(archive.bytes))
      expect(Object.keys(files).sort()).toEqual(['export.json', 'index.html', 'picture-512.webp'])
      expect(Buffer.from(files['picture-512.webp'] ?? []).equals(shown.bytes)).toBe(true)
    }
  })

  it('is hidden after the deletion, and shown again after the restoration', async () => {
    const [server] = servers
    if (server === undefined) throw new Error('no server')
    const person = await newPersonWithPicture(server)
    expect((await server.client.get(person.address)).status).toBe(200)
    await leave(server, person)
    expect((await server.client.get(person.address)).status).toBe(404)
    await server.client.post('/v1/auth/restore', { user_secret: person.secret })
    expect((await server.client.get(person.address)).status).toBe(200)
  })

  it('leaves no file behind once the account is erased', async () => {
    const [, server] = servers
    if (server === undefined) throw new Error('no server')
    const files = async () => (await readdir(folder.path, { recursive: true })).sort()
    const before = await files()
    const person = await newPersonWithPicture(server)
    expect((await files()).length).toBeGreaterThan(before.length)
    expect((await leave(server, person)).status).toBe(202)
    expect((await server.client.get(person.address)).status).toBe(404)
    expect(await files()).toEqual(before)
  })
})
