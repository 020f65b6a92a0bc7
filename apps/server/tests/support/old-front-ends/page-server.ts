import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { chromiumHosts } from '../browser.ts'

export interface PageServer {
  /** Another origin than that of the API: the hosts differ. */
  readonly url: string
  close(): Promise<void>
}

/** Serves an old page as the web server of a front end would. `settings` are what its build fixed. */
export async function servePage(
  file: string,
  settings: Readonly<Record<string, string>>,
): Promise<PageServer> {
  const html = await readFile(new URL(file, import.meta.url), 'utf8')
  const page = html.replace('__SETTINGS__', JSON.stringify(settings))
  return await serve('www', async (_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(page)
  })
}

export async function serve(
  host: string,
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<PageServer> {
  const server: Server = createServer((request, response) => {
    // A page whose request is never answered fails its test.
    answer(request, response).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: hostUrl(host, port),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The address of a server on this machine under a host name that only the browser of the tests knows. */
export function hostUrl(host: string, port: number | string): string {
  return `http://${host}.${chromiumHosts}:${port}`
}
