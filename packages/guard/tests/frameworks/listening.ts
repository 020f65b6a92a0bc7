import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Running } from './adapter-contract.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown

/** Listens on a free port. The guard closes with the server. */
export async function listening(handle: Handler, guard: { close(): Promise<void> }): Promise<Running> {
  const server = createServer((request, response) => {
    handle(request, response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.close()
      await guard.close()
    },
  }
}
