import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'

/** A service that receives webhooks, and knows when. */
export interface TimedReceiver {
  readonly url: string
  /** How many events have arrived since the last clearing. */
  count(): number
  /** For each event, the time from when it happened until it arrived. */
  delaysMs(): readonly number[]
  /** From the first to the last. */
  spanSeconds(): number
  clear(): void
  stop(): Promise<void>
}

export async function startReceiver(): Promise<TimedReceiver> {
  const delays: number[] = []
  const times: number[] = []
  const server = createServer((request, response) => {
    const take = async () => {
      const { timestamp } = (await json(request)) as { readonly timestamp: string }
      delays.push(Date.now() - Date.parse(timestamp))
      times.push(performance.now())
      response.writeHead(204).end()
    }
    take().catch((error: unknown) => response.destroy(error as Error))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    count: () => delays.length,
    delaysMs: () => delays,
    spanSeconds: () => ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1_000,
    clear: () => {
      delays.length = 0
      times.length = 0
    },
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
