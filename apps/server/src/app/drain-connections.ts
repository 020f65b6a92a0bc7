import type { Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { untilClosed } from '../platform/http/until-closed.ts'

/**
 * Watches the connections of a server, and returns a function that drains them: it closes idle connections at once, and
 * the others after their response. Node would wait until they time out, which is longer than a supervisor waits.
 */
export function watchConnections(server: Server): () => void {
  const idle = new Set<Socket>()
  const pending = new Set<ServerResponse>()
  let isDraining = false

  server.on('connection', (socket) => {
    if (isDraining) socket.destroy()
    else idle.add(socket)
    socket.once('close', () => idle.delete(socket))
  })
  server.on('request', (request, response) => {
    const { socket } = request
    idle.delete(socket)
    pending.add(response)
    untilClosed(request, response, () => {
      pending.delete(response)
      if (isDraining) socket.destroySoon()
      else if (!socket.destroyed) idle.add(socket)
    })
  })
  return () => {
    isDraining = true
    for (const socket of idle) socket.destroy()
    // Asks the client to send nothing more on this connection (RFC 9112 §9.6).
    for (const response of pending) if (!response.headersSent) response.setHeader('connection', 'close')
  }
}
