import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A message as a receiver gets it. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  /** As it was sent, byte for byte, for the signature. */
  readonly text: string
  readonly body: {
    readonly id: string
    readonly type: string
    readonly timestamp: string
    readonly data: Readonly<Record<string, unknown>>
  }
}

/** A service that receives webhooks on this machine. */
export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Decides how each message is answered. */
  answer: (message: Received, response: ServerResponse) => void
  close(): Promise<void>
}

const accept: Receiver['answer'] = (_message, response) => void response.writeHead(204).end()

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const server = createServer((request, response) => {
    const take = async () => {
      const sent = await text(request)
      const message = { headers: request.headers, text: sent, body: JSON.parse(sent) }
      received.push(message)
      receiver.answer(message, response)
    }
    take().catch((error: unknown) => response.destroy(error as Error))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    answer: accept,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}
