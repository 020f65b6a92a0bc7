import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { jpeg, notImages, unreadable } from '../../../../tests/support/hostile-images.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { imagePath, putImage } from '../../../../tests/support/pictures.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { uploadsAtOnce } from './model.ts'

/** Says not how long it is, and sends until it is answered; no more than `bytesMax`. */
async function sendChunks(
  url: string,
  { token }: Person,
  bytesMax: number,
): Promise<{ status: number | null; sentBytes: number }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'image/png' }
  const sending = request(url + imagePath, { method: 'PUT', headers })
  let isOver = false
  const ended = new Promise<number | null>((resolve) => {
    const end = (status: number | null) => {
      isOver = true
      resolve(status)
    }
    sending.once('response', (response) => end(response.resume().statusCode ?? null))
    sending.once('error', () => end(null))
  })
  let sentBytes = 0
  const chunk = Buffer.alloc(65_536)
  while (!isOver && sentBytes < bytesMax) {
    sentBytes += chunk.length
    if (!sending.write(chunk)) await Promise.race([once(sending, 'drain').catch(() => null), ended])
  }
  sending.destroy()
  return { status: await ended, sentBytes }
}

/** The bodies of the answers to uploads that were refused before they were whole. */
const refusals: string[] = []

/** Sends a part of what it announces, and no more. */
function beginUpload(url: string, { token }: Person, address = '192.0.2.1') {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'image/png',
    'content-length': 1_000,
    'x-forwarded-for': address,
  }
  const sending = request(url + imagePath, { method: 'PUT', headers })
  let isRefused = false
  sending.on('response', (response) => {
    isRefused = true
    text(response).then(
      (body) => refusals.push(body),
      () => undefined,
    )
  })
  sending.on('error', () => undefined)
  sending.write(Buffer.alloc(10))
  return { sending, refused: () => isRefused }
}

const rounds = Number(process.env['PROXIMA_TEST_HOSTILE_IMAGES'] ?? 100)

describe('many hostile images', () => {
  it('A120: an endless upload is cut off at the limit', async () => {
    const server = await startTestServer(sqlite)
    const person = await newPerson(server.client)
    const { status, sentBytes } = await sendChunks(server.url, person, 40_000_000)
    expect(status).toBe(413)
    expect(sentBytes).toBeLessThan(40_000_000)
    expect((await server.client.me(person.token)).status).toBe(200)
    await server.close()
  })

  it('A120: slow uploads block other uploads of the same account, until they are cut off', async () => {
    const server = await startTestServer(sqlite)
    const [person, other] = [await newPerson(server.client), await newPerson(server.client)]
    const lingering = Array.from({ length: 6 }, () => beginUpload(server.url, person))
    const put = async () => (await putImage(server.client, person, jpeg)).status
    const countRefused = () => lingering.filter(({ refused }) => refused()).length
    await expect.poll(countRefused, { timeout: 10_000 }).toBe(4)
    expect(await put()).toBe(503)
    expect((await putImage(server.client, other, jpeg)).status).toBe(200)
    for (const { sending } of lingering) sending.destroy()
    await expect.poll(put, { timeout: 10_000 }).toBe(200)
    await server.close()
  })

  /** Two slow uploads of each of ten new accounts. @returns a function that ends them */
  async function lingerFrom(server: TestServer, addressOf: (index: number) => string, admitted: number) {
    const attackers = []
    for (let index = 0; index < 10; index++) attackers.push(await newPerson(server.client))
    const lingering = [...attackers, ...attackers].map((attacker, index) =>
      beginUpload(server.url, attacker, addressOf(index)),
    )
    const countRefused = () => lingering.filter(({ refused }) => refused()).length
    await expect.poll(countRefused, { timeout: 10_000 }).toBe(lingering.length - admitted)
    return () => {
      for (const { sending } of lingering) sending.destroy()
    }
  }

  const proxied = { PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }
  const putFrom = async (server: TestServer, person: Person, address: string) => {
    const headers = { 'content-type': 'image/jpeg', 'x-forwarded-for': address }
    return (await server.client.send('PUT', imagePath, jpeg, { token: person.token, headers })).status
  }

  it('I13: slow uploads of many accounts at one address, or in one network, leave room for others', async () => {
    const server = await startTestServer(sqlite, { env: proxied })
    const other = await newPerson(server.client)
    const endClient = await lingerFrom(server, () => '192.0.2.1', uploadsAtOnce.client)
    expect(await putFrom(server, other, '192.0.2.1')).toBe(503)
    expect(await putFrom(server, other, '192.0.2.2')).toBe(200)
    // The address that has four keeps one: it gives the others to addresses that have none.
    const endNetwork = await lingerFrom(
      server,
      (index) => `192.0.2.${100 + index}`,
      uploadsAtOnce.network - 1,
    )
    expect(await putFrom(server, other, '192.0.2.2')).toBe(503)
    expect(await putFrom(server, other, '198.51.100.1')).toBe(200)
    endClient()
    endNetwork()
    await expect.poll(() => putFrom(server, other, '192.0.2.1'), { timeout: 10_000 }).toBe(200)
    await server.close()
  })

  it('I13: if two networks have every place, a slow upload of theirs makes room, and its client reads why', async () => {
    const server = await startTestServer(sqlite, { env: proxied })
    const other = await newPerson(server.client)
    const addressOf = (index: number) => `192.0.${2 + (index % 2)}.${1 + ((index >> 1) % 2)}`
    const end = await lingerFrom(server, addressOf, uploadsAtOnce.all)
    const refusedBefore = refusals.length
    expect(await putFrom(server, other, '203.0.113.1')).toBe(200)
    await expect.poll(() => refusals.length).toBe(refusedBefore + 1)
    const problem = JSON.parse(refusals.at(-1) ?? '') as { status: number; code: string; detail: string }
    expect(problem).toMatchObject({ status: 503, code: 'overloaded' })
    expect(problem.detail).toMatch(/^The server stopped reading this picture to make room for others/)
    end()
    await server.close()
  })

  it('I13: uploads that are refused because others are busy do not use up the limit of the owner', async () => {
    const env = { ...proxied, PROXIMA_LIMITS: 'on', PROXIMA_PICTURE_UPLOADS_PER_HOUR: '2' }
    const server = await startTestServer(sqlite, { env })
    const owner = await newPerson(server.client)
    const end = await lingerFrom(server, () => '192.0.2.1', uploadsAtOnce.client)
    for (let round = 0; round < 5; round++) expect(await putFrom(server, owner, '192.0.2.1')).toBe(503)
    end()
    for (let round = 0; round < 2; round++) expect(await putFrom(server, owner, '198.51.100.1')).toBe(200)
    for (let round = 0; round < 9; round++) expect(await putFrom(server, owner, '198.51.100.1')).toBe(429)
    await server.close()
  })

  it(`A120: ${rounds} are refused while the server's memory stays flat`, {
    tags: 'long',
    timeout: 600_000,
  }, async () => {
    const server = await startTestServer(sqlite)
    const person = await newPerson(server.client)
    const images = [...Object.values(notImages), ...Object.values(unreadable).map(([image]) => image)]
    const large = Buffer.concat([jpeg.subarray(0, 200), Buffer.alloc(8_000_000)])
    const round = async (index: number): Promise<Answer> =>
      await putImage(
        server.client,
        person,
        index % 10 === 0 ? large : (images[index % images.length] ?? jpeg),
      )
    for (let index = 0; index < 30; index++) await round(index)
    const before = residentBytes()
    for (let index = 0; index < rounds; index++) expect([415, 422]).toContain((await round(index)).status)
    expect(residentBytes() - before).toBeLessThan(64_000_000)
    await server.close()
  })
})

/** Of this process, which is the server here, with what it has not given back to the system yet. */
function residentBytes(): number {
  globalThis.gc?.()
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1_024
}
