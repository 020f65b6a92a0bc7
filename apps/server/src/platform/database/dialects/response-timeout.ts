import { Socket } from 'node:net'

/** A connection of a driver. Both drivers keep its socket, encrypted or not, in a member with this name. */
export type Watched = object & { readonly stream?: unknown }

/**
 * Ends a connection if its server no longer responds, for example because its machine lost power or a firewall drops
 * packets. The server's own limit on a statement does not help then.
 */
export interface ResponseWatch {
  /** From now on a caller waits for answers on the connection. */
  begin(connection: Watched): void
  end(connection: Watched): void
}

/** @param responseTimeoutMs 0 for no limit */
export function watchResponses(responseTimeoutMs: number): ResponseWatch {
  const known = new WeakSet<Socket>()
  return {
    begin({ stream }) {
      if (responseTimeoutMs === 0 || !(stream instanceof Socket)) return
      if (!known.has(stream))
        stream.on('timeout', () => stream.destroy(new ResponseTimeout(responseTimeoutMs)))
      known.add(stream)
      stream.setTimeout(responseTimeoutMs)
    },
    end({ stream }) {
      if (stream instanceof Socket) stream.setTimeout(0)
    },
  }
}

class ResponseTimeout extends Error {
  readonly code = 'ETIMEDOUT'

  constructor(responseTimeoutMs: number) {
    super(`the database did not respond for ${responseTimeoutMs} ms`)
    this.name = 'ResponseTimeout'
  }
}

/** Breaks the connection. The caller that waits for it gets the error. */
export function disconnect({ stream }: Watched, error: Error): void {
  if (stream instanceof Socket) stream.destroy(error)
}
