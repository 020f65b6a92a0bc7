import { Socket } from 'node:net'

/** A driver's connection; both drivers keep its socket, encrypted or not, in a member of this name. */
export type Watched = object & { readonly stream?: unknown }

/**
 * Ends a connection whose server says nothing more, neither an answer nor that it is gone: a machine that lost its
 * power, a firewall that drops packets. The server's own limit on a statement does not help there.
 */
export interface SilenceWatch {
  /** From here on somebody waits for answers on the connection. */
  begin(connection: Watched): void
  end(connection: Watched): void
}

/** @param silenceMaxMs 0 for no limit */
export function watchSilence(silenceMaxMs: number): SilenceWatch {
  const known = new WeakSet<Socket>()
  return {
    begin({ stream }) {
      if (silenceMaxMs === 0 || !(stream instanceof Socket)) return
      if (!known.has(stream)) stream.on('timeout', () => stream.destroy(new ServerSilent(silenceMaxMs)))
      known.add(stream)
      stream.setTimeout(silenceMaxMs)
    },
    end({ stream }) {
      if (stream instanceof Socket) stream.setTimeout(0)
    },
  }
}

class ServerSilent extends Error {
  readonly code = 'ETIMEDOUT'

  constructor(silenceMaxMs: number) {
    super(`the database said nothing for ${silenceMaxMs} ms`)
    this.name = 'ServerSilent'
  }
}
