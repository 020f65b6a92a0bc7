import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import type { Socket } from 'node:net'

const handshake = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
}

/** Asks a proxy for a WebSocket, and says hello. @returns what comes back, or the status of the refusal */
export async function openSocket(
  port: number,
  headers: Readonly<Record<string, string>>,
): Promise<number | string> {
  const sent = request({
    ...{ host: '127.0.0.1', port, path: '/socket', servername: 'accounts.example.org' },
    ...{ rejectUnauthorized: false, agent: false },
    headers: { ...handshake, ...headers },
  })
  sent.end()
  const refused = once(sent, 'response').then((args) => {
    const [response] = args as [IncomingMessage]
    response.destroy()
    return response.statusCode ?? 0
  })
  const opened = once(sent, 'upgrade').then(async (args) => {
    const [, socket] = args as [IncomingMessage, Socket]
    socket.write('hello')
    const [echo] = (await once(socket, 'data')) as [Buffer]
    socket.destroy()
    return echo.toString()
  })
  return await Promise.race([refused, opened])
}
