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

/** The number of connections that may wait. With Node's 511, the kernel drops clients before they can get a 503. */
const backlog = 4_096

/**
 * Listens, and returns the address that people can open.
 * @param onOpen called once, before the log has the address
 * @throws `cannot_listen`
 */
export async function listen(app: App, { host, port }: Address, onOpen: () => void): Promise<string> {
  try {
    let isOpen = false
    const listenTextResolver = (url: string) => {
      if (!isOpen) onOpen()
      isOpen = true
      return `listening on ${url}`
    }
    return reachable(await app.listen({ host, port, backlog, listenTextResolver }))
  } catch (error) {
    const detail = explainListenError(error, { host, port })
    throw detail === null ? error : new Failure(cannotListen, { detail, cause: error })
  }
}

/** The address of a server with these settings that another process runs. Port 0 stays: only that process knows it. */
export function addressOf({ host, port }: Address): string {
  return reachable(`http://${host.includes(':') ? `[${host}]` : host}:${port}`)
}

// People cannot open "all interfaces"; on this machine, localhost works.
function reachable(listening: string): string {
  return listening.replace('//0.0.0.0:', '//localhost:').replace('//[::]:', '//localhost:')
}

/** What the operator can do about it; null if it is not known. */
export function explainListenError(error: unknown, { host, port }: Address): string | null {
  switch (error instanceof Error && 'code' in error ? error.code : null) {
    case 'EADDRINUSE':
      return (
        `Another program, perhaps another Proxima, uses port ${port} on ${host}. ` +
        'Stop it, or set PROXIMA_PORT to another port. 0 takes a free port.'
      )
    case 'EACCES':
      return `This user may not listen on port ${port}. Set PROXIMA_PORT to a port above 1023.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${host} is not an address of this machine. Set PROXIMA_HOST to one; 0.0.0.0 stands for all of them.`
    default:
      return null
  }
}
