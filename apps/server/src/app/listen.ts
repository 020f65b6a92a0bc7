import type { App } from '../platform/http/app.ts'
import { Failure, type Problem } from '../platform/kernel/failures.ts'

const cannotListen: Problem = {
  code: 'cannot_listen',
  kind: 'unavailable',
  title: 'Cannot listen',
  advice: 'Correct PROXIMA_HOST or PROXIMA_PORT.',
}

interface Address {
  readonly host: string
  readonly port: number
}

/** How many may knock at once; past Node's own 511 the kernel turns people away before they can be told to wait. */
const backlog = 4_096

/**
 * Returns the address that people can open.
 * @throws `cannot_listen`
 */
export async function listen(app: App, { host, port }: Address): Promise<string> {
  try {
    const listenTextResolver = (url: string) => `listening on ${url}`
    return reachable(await app.listen({ host, port, backlog, listenTextResolver }))
  } catch (error) {
    const detail = advice(error, { host, port })
    throw detail === null ? error : new Failure(cannotListen, { detail, cause: error })
  }
}

// All interfaces is no address to go to; this machine's own name is one that works here.
function reachable(listening: string): string {
  return listening.replace('//0.0.0.0:', '//localhost:').replace('//[::]:', '//localhost:')
}

function advice(error: unknown, { host, port }: Address): string | null {
  switch (error instanceof Error && 'code' in error ? error.code : null) {
    case 'EADDRINUSE':
      return (
        `Port ${port} on ${host} is taken by another program, perhaps by another Proxima. ` +
        'Stop that one, or set PROXIMA_PORT to another port; 0 takes a free one.'
      )
    case 'EACCES':
      return `This user may not listen on port ${port}. Set PROXIMA_PORT to a port above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is no address of this machine. Set PROXIMA_HOST to one that is; 0.0.0.0 is all of them.`
    default:
      return null
  }
}
