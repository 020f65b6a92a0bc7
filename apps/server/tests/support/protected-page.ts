import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that reached the page: its method, its address, and its headers as they came. */
export interface SeenRequest {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
}

/**
 * A service that knows nothing of accounts, and believes every header. It changes to every protocol that is asked for,
 * and then echoes what it gets.
 */
export interface ProtectedPage {
  /** `host:port` */
  readonly host: string
  readonly seen: SeenRequest[]
  close(): Promise<void>
}

export async function startProtectedPage(): Promise<ProtectedPage> {
  const seen: SeenRequest[] = []
  const note = ({ method = '', url = '', rawHeaders }: IncomingMessage) => {
    const headers = rawHeaders.flatMap((name, index) =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as const] : [],
    )
    seen.push({ method, url, headers })
  }
  const server = createServer((request, response) => {
    note(request)
    request.resume().on('end', () => response.end('the page'))
  })
  server.on('upgrade', (request, socket) => {
    note(request)
    socket.on('error', () => undefined)
    const { upgrade } = request.headers
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n\r\n`)
    socket.pipe(socket)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  return {
    host: `127.0.0.1:${port}`,
    seen,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** As a framework shows it that cannot distinguish "-" from other separators, such as one that speaks CGI. */
export function cgiVariables({ headers }: SeenRequest): Record<string, string> {
  const entries = headers.map(([name, value]) => [name.replaceAll(/[^a-z0-9]/gi, '_').toUpperCase(), value])
  // A name that occurs twice would be seen as both.
  return entries.reduce<Record<string, string>>((all, [name = '', value = '']) => {
    all[name] = name in all ? `${all[name]}|${value}` : value
    return all
  }, {})
}

/** What the page believes about the caller. */
export function identityIn(seen: SeenRequest): Record<string, string> {
  const variables = Object.entries(cgiVariables(seen)).filter(
    ([name, value]) => /^REMOTE/.test(name) && value !== '',
  )
  return Object.fromEntries(variables)
}

/** Every way to write the headers that some receiver reads as the same. */
export const spoofedIdentity = Object.fromEntries(
  ['User', 'Email', 'Name', 'Groups'].flatMap((what) =>
    [`Remote-${what}`, `Remote_${what}`, `REMOTE_${what.toUpperCase()}`, `Remote.${what}`].map((name) => [
      name,
      'admin',
    ]),
  ),
)
