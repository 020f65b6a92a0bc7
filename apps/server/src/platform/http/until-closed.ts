import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whether the client has gone. A request that waited should take nothing for it any more (A120). */
export function hasClosed({ socket }: Pick<IncomingMessage, 'socket'>, response: ServerResponse): boolean {
  return response.closed || socket.destroyed
}

/**
 * Calls `release` once: when the response has been sent or its client has gone, and at once if that is so already. A
 * request waits for other work before it takes a place, a lock or a lease, and its client may leave in the meantime. The
 * event has then been emitted before anyone listened, and would never return the place (A124).
 */
export function untilClosed(
  request: Pick<IncomingMessage, 'socket'>,
  response: ServerResponse,
  release: () => void,
): void {
  if (hasClosed(request, response)) release()
  else response.once('close', release)
}
