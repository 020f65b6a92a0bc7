import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

/**
 * Watches the connections of a server, and gives what begins its end: connections on which nothing is asked are
 * closed at once, the others with their answer. Node would wait for both until they time out, and what ends the
 * process waits less long than that.
 */
export function watchConnections(server: Server): () => void {
  const idle = new Set<Socket>()
  const underWay = new Set<ServerResponse>()
  let isEnding = false

  server.on('connection', (socket) => {
    if (isEnding) socket.destroy()
    else idle.add(socket)
    socket.once('close', () => idle.delete(socket))
  })
  server.on('request', ({ socket }, response) => {
    idle.delete(socket)
    underWay.add(response)
    response.once('close', () => {
      underWay.delete(response)
      if (isEnding) socket.destroySoon()
      else if (!socket.destroyed) idle.add(socket)
    })
  })
  return () => {
    isEnding = true
    for (const socket of idle) socket.destroy()
    // The client is told too (RFC 9112 §9.6), so that it sends nothing more there.
    for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close')
  }
}
