import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { jpeg, notImages, unreadable } from '../../../../tests/support/hostile-images.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { imagePath, putImage } from '../../../../tests/support/pictures.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer } from '../../../../tests/support/test-server.ts'

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

/** Sends a part of what it announces, and no more. */
function beginUpload(url: string, { token }: Person) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'image/png', 'content-length': 1_000 }
  const sending = request(url + imagePath, { method: 'PUT', headers })
  let isRefused = false
  sending.on('response', () => {
    isRefused = true
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
