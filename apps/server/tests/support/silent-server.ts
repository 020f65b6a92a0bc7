import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** Takes every connection, and never answers. */
export async function listenSilently(port: number): Promise<{ close: () => Promise<void> }> {
  const sockets = new Set<Socket>()
  const silent = createServer((socket) => void sockets.add(socket.on('error', () => undefined).resume()))
  await once(silent.listen(port, '127.0.0.1'), 'listening')
  return {
    close: async () => {
      for (const socket of sockets) socket.destroy()
      silent.close()
      await once(silent, 'close')
    },
  }
}
