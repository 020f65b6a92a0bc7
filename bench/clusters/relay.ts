import { once } from 'node:events'
import { createConnection, createServer, type Socket } from 'node:net'

/** Stands in for the address that moves from a primary to its standby: a virtual IP, HAProxy, PgBouncer. */
export interface Relay {
  /** Sends new connections to the port, and cuts the open ones, as if a machine had failed. */
  leadTo(port: number): void
  close(): void
}

export async function startRelay(port: number, firstTarget: number): Promise<Relay> {
  let target = firstTarget
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = createConnection({ host: '127.0.0.1', port: target })
    for (const [socket, other] of [[client, upstream] as const, [upstream, client] as const]) {
      sockets.add(socket)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
    client.pipe(upstream).pipe(client)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    leadTo: (next) => {
      target = next
      cut()
    },
    close: () => {
      server.close()
      cut()
    },
  }
}
