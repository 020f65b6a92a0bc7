import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

interface Pair {
  readonly client: Socket
  readonly upstream: Socket
  isSilent: boolean
}

/** A proxy between the program and a real database server. It can fail as networks do. */
export class DatabaseProxy {
  readonly #target: URL
  #server: Server | null = null
  #port = 0
  #isSilent = false
  readonly #pairs = new Set<Pair>()
  readonly #unanswered = new Set<Socket>()

  constructor(databaseUrl: string) {
    this.#target = new URL(databaseUrl)
  }

  /** For PROXIMA_DATABASE_URL. Call `pass` or `refuse` first. */
  get url(): string {
    const url = new URL(this.#target)
    url.host = `127.0.0.1:${this.#port}`
    return url.href
  }

  get connectionCount(): number {
    return this.#pairs.size
  }

  /** Lets new connections reach the database. Connections that were silent stay silent, as a lost connection would. */
  async pass(): Promise<void> {
    this.#isSilent = false
    if (this.#server !== null) return
    this.#server = createServer((client) => this.#accept(client))
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
  }

  /** Stops listening and cuts the open connections. */
  async refuse(): Promise<void> {
    if (this.#port === 0) await this.pass()
    const server = this.#server
    this.#server = null
    const closed = server === null ? null : once(server, 'close')
    server?.close()
    this.cut()
    await closed
  }

  /** Cuts the open connections. New connections still work. */
  cut(): void {
    for (const { client, upstream } of this.#pairs) for (const socket of [client, upstream]) socket.destroy()
    for (const socket of this.#unanswered) socket.destroy()
  }

  /** Accepts data on old and new connections, but never answers. */
  silence(): void {
    this.#isSilent = true
    for (const pair of this.#pairs) pair.isSilent = true
  }

  #accept(client: Socket): void {
    client.on('error', () => undefined)
    if (this.#isSilent) {
      this.#unanswered.add(client)
      client.resume()
      client.on('close', () => this.#unanswered.delete(client))
      return
    }
    const upstream = connect(Number(this.#target.port), this.#target.hostname)
    const pair: Pair = { client, upstream, isSilent: false }
    this.#pairs.add(pair)
    forward(pair, client, upstream)
    forward(pair, upstream, client)
    client.on('close', () => this.#pairs.delete(pair))
  }
}

function forward(pair: Pair, from: Socket, to: Socket): void {
  from.on('error', () => undefined)
  from.on('data', (chunk) => {
    if (!pair.isSilent) to.write(chunk)
  })
  from.on('close', () => {
    if (!pair.isSilent) to.destroy()
  })
}
