import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { Connection, jsonOf } from './connection.ts'
import { requestBytes } from './request.ts'

const servers: Server[] = []
const connections: Connection[] = []
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close()
  for (const server of servers.splice(0)) await new Promise((closed) => server.close(closed))
})

async function connectionTo(server: Server): Promise<Connection> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  servers.push(server)
  const connection = new Connection(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  connections.push(connection)
  return connection
}

/** Answers each request in its turn with these pieces, and a pause between them. */
function inPieces(...answers: readonly (readonly string[])[]): Server {
  let turn = 0
  return createServer((socket: Socket) => {
    const answer = async (pieces: readonly string[]) => {
      for (const piece of pieces) {
        socket.write(piece)
        await sleep(20)
      }
    }
    socket.on('data', () => {
      answer(answers[turn++] ?? []).catch(() => socket.destroy())
    })
  })
}

const request = requestBytes({ method: 'GET', path: '/' })

describe('a connection', () => {
  it('reads an answer to its end, in however many pieces it comes', async () => {
    const connection = await connectionTo(
      inPieces(
        ['HTTP/1.1 200 OK\r\ncontent-', 'length: 7\r\n\r', '\n{"a"', ':1}'],
        ['HTTP/1.1 204 No Content\r\n\r\n'],
        ['HTTP/1.1 503 Service Unavailable\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}', '\r\n0\r\n\r\n'],
      ),
    )
    const answer = await connection.send(request)
    expect(answer.status).toBe(200)
    expect(answer.bytes.toString()).toMatch(/\{"a":1\}$/)
    expect((await connection.send(request)).status).toBe(204)
    expect((await connection.send(request)).status).toBe(503)
  })

  it('fails if it breaks before the answer is complete, and the next request opens a new one', async () => {
    let opened = 0
    const server = createServer((socket) => {
      opened += 1
      const length = opened === 1 ? 100 : 2
      socket.once('data', () => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n\r\n{}`))
    })
    const connection = await connectionTo(server)
    await expect(connection.send(request)).rejects.toThrow('closed')
    expect((await connection.send(request)).status).toBe(200)
    expect(opened).toBe(2)
  })

  it('sends requests that a Node server understands', async () => {
    const server = createHttpServer((incoming, reply) => {
      const { method, url, headers } = incoming
      const answer = (body: string) =>
        reply.end(JSON.stringify({ method, url, type: headers['content-type'], body }))
      text(incoming).then(answer, () => reply.destroy())
    })
    const connection = await connectionTo(server)
    const json = jsonOf(
      await connection.send(requestBytes({ method: 'POST', path: '/json', json: { name: 'Zoë' } })),
    )
    expect(json).toEqual({ method: 'POST', url: '/json', type: 'application/json', body: '{"name":"Zoë"}' })
    const form = requestBytes({ method: 'POST', path: '/form', form: { a: 'b c' } })
    expect(jsonOf(await connection.send(form))).toMatchObject({ url: '/form', body: 'a=b+c' })
  })
})
