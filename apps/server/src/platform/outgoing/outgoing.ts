import { Agent, type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps, Agent as TlsAgent } from 'node:https'
import { isIPv6, type LookupFunction } from 'node:net'
import type { Destinations } from './destinations.ts'
import { failureOf, OutgoingFailure } from './failure.ts'
import type { Resolve } from './resolve.ts'

export interface OutgoingOptions {
  readonly destinations: Destinations
  readonly resolve: Resolve
  /**
   * True to keep connections for further requests. If the other server has just closed such a connection, the request is
   * sent again, so it may arrive twice.
   */
  readonly keepsConnections: boolean
  /** The certificate authority that a test trusts. */
  readonly ca?: string
}

export interface OutgoingPost {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Ends the whole request: the look-up, the connection, and the reading of the answer. */
  readonly signal: AbortSignal
  /** How much of the answer to read. With 0, only its status matters, and the rest is thrown away. */
  readonly answerMaxBytes: number
}

/** A request whose answer is read. */
export interface OutgoingExchange extends Omit<OutgoingPost, 'body'> {
  readonly method: 'GET' | 'POST'
  /** Null for a GET. */
  readonly body: string | null
}

/** An answer that was read to its end. */
export interface OutgoingDocument {
  readonly status: number
  /** The header `Content-Type` as it was sent; null if there is none. */
  readonly contentType: string | null
  readonly body: string
}

export interface OutgoingAnswer {
  readonly status: number
  /** The header `Retry-After` as it was sent; null if there is none. */
  readonly retryAfter: string | null
  /** Null if it was not asked for, is longer than asked for, or was cut off. */
  readonly body: string | null
}

/** What every request has. */
type Sent = Pick<OutgoingPost, 'headers' | 'signal'> & {
  readonly method?: OutgoingExchange['method']
  readonly body: string | null
}

/** The look-up has no end of its own: the request ends without it. */
const never = new AbortController().signal

/** How much of an answer that no one reads is awaited, so that the connection can be used again. */
const ignoredMaxBytes = 4_096
const ignoredMaxMs = 1_000

/**
 * Every request that the server itself sends over HTTP. It follows no redirect, because that leads to an address that no
 * one has checked (A121). It sends no cookies and no credentials except those in `headers`, and takes no proxy from the
 * environment. It connects to the very address that was checked, so that a name that changes its address between the
 * check and the connection (DNS rebinding) gains nothing.
 */
export class OutgoingRequests {
  readonly #options: OutgoingOptions
  readonly #agent: Agent
  readonly #tlsAgent: TlsAgent

  constructor(options: OutgoingOptions) {
    this.#options = options
    const connections = { keepAlive: options.keepsConnections }
    this.#agent = new Agent(connections)
    this.#tlsAgent = new TlsAgent(connections)
  }

  /** @throws OutgoingFailure if there is no answer */
  async post(address: string, post: OutgoingPost): Promise<OutgoingAnswer> {
    const url = new URL(address)
    if (!this.#options.destinations.allowsUrl(url)) throw new OutgoingFailure('address_refused')
    try {
      post.signal.throwIfAborted()
      const response = await this.#send(url, post)
      const status = response.statusCode ?? 0
      const retryAfter = response.headers['retry-after'] ?? null
      if (post.answerMaxBytes > 0)
        return { status, retryAfter, body: await readText(response, post.answerMaxBytes) }
      ignore(response)
      return { status, retryAfter, body: null }
    } catch (error) {
      throw failureOf(error, post.signal)
    }
  }

  /**
   * Reads the whole answer, so an answer that is longer than expected or is cut off is no answer.
   * @throws OutgoingFailure
   */
  async exchange(address: string, exchange: OutgoingExchange): Promise<OutgoingDocument> {
    const url = new URL(address)
    if (!this.#options.destinations.allowsUrl(url)) throw new OutgoingFailure('address_refused')
    try {
      exchange.signal.throwIfAborted()
      const response = await this.#send(url, exchange)
      const body = await readText(response, exchange.answerMaxBytes)
      exchange.signal.throwIfAborted()
      if (body === null) throw new OutgoingFailure('answer_unreadable')
      const contentType = response.headers['content-type'] ?? null
      return { status: response.statusCode ?? 0, contentType, body }
    } catch (error) {
      throw failureOf(error, exchange.signal)
    }
  }

  /** Closes the connections that are kept. */
  close(): void {
    this.#agent.destroy()
    this.#tlsAgent.destroy()
  }

  #send(url: URL, post: Sent, isRepeated = false): Promise<IncomingMessage> {
    const { method = 'POST', headers, body, signal } = post
    const isTls = url.protocol === 'https:'
    const options = {
      method,
      headers: {
        'user-agent': 'Proxima',
        ...headers,
        ...(body !== null && { 'content-length': Buffer.byteLength(body) }),
      },
      signal,
      lookup: this.#lookup,
      // A connection of its own for a request that failed on a kept one.
      agent: isRepeated ? false : isTls ? this.#tlsAgent : this.#agent,
      // Said here, so that no variable of the environment can switch it off.
      rejectUnauthorized: true,
      ...(this.#options.ca !== undefined && { ca: this.#options.ca }),
    } as const
    return new Promise((resolve, reject) => {
      let isAnswered = false
      const request = (isTls ? requestHttps : requestHttp)(url, options)
      request.once('response', (response) => {
        isAnswered = true
        resolve(response)
      })
      request.on('error', (error) => {
        const isStale = request.reusedSocket && !isRepeated && !isAnswered && !signal.aborted
        if (isStale) this.#send(url, post, true).then(resolve, reject)
        else reject(error)
      })
      if (body === null) request.end()
      else request.end(body)
    })
  }

  /** Called for each connection to a name. If one of its addresses is refused, all are: no name is half trusted. */
  readonly #lookup: LookupFunction = (name, { all }, callback) => {
    this.#findAddresses(name).then(
      (found) => {
        const [first] = found
        if (all === true) callback(null, [...found])
        else callback(null, first?.address ?? '', first?.family)
      },
      (error: unknown) => callback(failureOf(error, never), []),
    )
  }

  async #findAddresses(name: string): Promise<readonly { address: string; family: number }[]> {
    const { destinations, resolve } = this.#options
    const addresses = await resolve(name)
    if (addresses.length === 0) throw new OutgoingFailure('name_unresolved')
    if (!addresses.every((address) => destinations.allowsAddress(address)))
      throw new OutgoingFailure('address_refused')
    return addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }))
  }
}

async function readText(response: IncomingMessage, maxBytes: number): Promise<string | null> {
  const pieces: Buffer[] = []
  let bytes = 0
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      bytes += piece.length
      // Leaving the loop closes the connection.
      if (bytes > maxBytes) return null
      pieces.push(piece)
    }
    return Buffer.concat(pieces).toString()
  } catch {
    return null
  }
}

/** Lets an answer end if it is short, and otherwise closes its connection. */
function ignore(answer: IncomingMessage): void {
  let bytes = 0
  const deadline = setTimeout(() => answer.destroy(), ignoredMaxMs).unref()
  answer.on('data', (piece: Buffer) => {
    bytes += piece.length
    if (bytes > ignoredMaxBytes) answer.destroy()
  })
  answer.on('error', () => undefined)
  answer.on('close', () => clearTimeout(deadline))
}
