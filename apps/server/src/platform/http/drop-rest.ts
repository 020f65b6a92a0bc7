import type { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { isTooSlow, watchProgress } from './body-pace.ts'
import type { Timeouts } from './timeouts.ts'

/** More than any body that a route accepts, so that every honest client can read its answer. */
export const restMaxBytes = 32 * 1_024 * 1_024

/** Bounds the rest of every body that is not read before the request is answered. */
export function boundUnreadBodies(app: FastifyInstance, timeouts: Timeouts): void {
  app.addHook('onResponse', ({ raw }, _reply, done) => {
    boundUnreadBody(raw, timeouts)
    done()
  })
}

/**
 * Node reads and drops the rest of a body whose request has been answered, such as a picture that was refused. If the
 * server closed the connection while the client still sends, the client would get a reset instead of the answer (RFC
 * 9112 §9.6). This disconnects a client that sends too much or too slowly (A124).
 */
export function boundUnreadBody(request: IncomingMessage, timeouts: Timeouts): void {
  const { complete, socket } = request
  // A request that is injected has no connection.
  if (complete || !(socket instanceof Socket)) return
  boundRest(socket, { timeouts, isOver: () => request.complete })
}

/** Disconnects a client that goes on sending beyond the bounds. */
export function boundRest(
  socket: Socket,
  { timeouts, isOver }: { timeouts: Timeouts; isOver: () => boolean },
): void {
  const before = socket.bytesRead
  watchProgress({
    receivedBytes: () => socket.bytesRead - before,
    isOver: () => socket.destroyed || isOver(),
    isRefused: (progress) =>
      progress.receivedBytes > restMaxBytes ||
      progress.elapsedMs >= timeouts.rest ||
      isTooSlow(progress, timeouts.body),
    onRefused: () => socket.destroy(),
    checkMs: Math.min(timeouts.check, 1_000),
  })
}
