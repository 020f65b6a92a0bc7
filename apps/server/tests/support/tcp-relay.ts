import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'

/** A relay between a client and a server that a test can cut. */
export interface TcpRelay {
  readonly port: number
  /** Cuts the connections and accepts none until `restore`. */
  cut(): void
  restore(): void
  close(): Promise<void>
}

export async function startTcpRelay(port: number): Promise<TcpRelay> {
  const sockets = new Set<Socket>()
  let isCut = false
  const relay = createServer((client) => {
    if (isCut) return client.destroy()
    const server = createConnection({ port, host: '127.0.0.1' })
    for (const [socket, other] of [[client, server] as const, [server, client] as const]) {
      sockets.add(socket)
      socket
        .on('error', () => other.destroy())
        .on('close', () => {
          sockets.delete(socket)
          other.destroy()
        })
    }
    return client.pipe(server).pipe(client)
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const cut = () => {
    isCut = true
    for (const socket of sockets) socket.destroy()
  }
  return {
    port: (relay.address() as AddressInfo).port,
    cut,
    restore: () => {
      isCut = false
    },
    close: async () => {
      cut()
      await new Promise((resolve) => relay.close(resolve))
    },
  }
}
