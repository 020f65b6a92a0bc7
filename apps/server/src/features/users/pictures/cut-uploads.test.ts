import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { connectHeld, Hold } from '../../../../tests/support/held-database.ts'
import { jpeg } from '../../../../tests/support/hostile-images.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { imagePath, putImage } from '../../../../tests/support/pictures.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const started = 'http.server.request.start'

/** The server's end of the connection of the next upload. */
function nextUpload(): Promise<Socket> {
  return new Promise((resolve) => {
    const watch = (message: unknown) => {
      const { request } = message as { request: IncomingMessage }
      if (request.method !== 'PUT' || request.url !== imagePath) return
      unsubscribe(started, watch)
      resolve(request.socket)
    }
    subscribe(started, watch)
  })
}

describe.each(engines)('an upload whose client leaves before it is admitted, on $name', (engine) => {
  let server: TestServer
  const hold = new Hold()
  beforeAll(async () => {
    server = await startTestServer(engine, { connect: connectHeld(hold) })
  })
  afterAll(async () => await server?.close())

  /** Cuts the connection while the server looks up who is calling. */
  async function cutUpload({ token }: Person): Promise<void> {
    hold.begin()
    const upload = nextUpload()
    const client = connect(Number(new URL(server.url).port), '127.0.0.1')
    client.write(
      `PUT ${imagePath} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: image/jpeg\r\nContent-Length: 900000\r\n\r\n',
    )
    const socket = await upload
    // Not `once` of node:events, which rejects when the connection is reset.
    const isClosed = new Promise((resolve) => socket.once('close', resolve))
    client.resetAndDestroy()
    await isClosed
    hold.end()
  }

  it('A120: keeps no place: more of them than there are places keep no one from uploading', async () => {
    const [person, other] = [await newPerson(server.client), await newPerson(server.client)]
    for (let round = 0; round < 4; round++) await cutUpload(person)
    expect((await putImage(server.client, person, jpeg)).status).toBe(200)
    for (let round = 0; round < 20; round++) await cutUpload(await newPerson(server.client))
    expect((await putImage(server.client, other, jpeg)).status).toBe(200)
  })
})
