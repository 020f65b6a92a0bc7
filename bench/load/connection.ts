import { connect, type Socket } from 'node:net'

export interface Answer {
  readonly status: number
  /** Head and body as they were received. They are decoded only on demand. */
  readonly bytes: Buffer
}

interface Waiting {
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: Error) => void
}

/**
 * One kept-alive connection with one request at a time, so nothing is pipelined. Node's own client needs as much
 * processor time for a request as the servers that are measured. On the same two cores it would measure itself. This
 * client reads only what it needs of an answer: the status and the length.
 */
export class Connection {
  readonly #host: string
  readonly #port: number
  #socket: Socket | null = null
  #waiting: Waiting | null = null
  #received: Buffer | null = null
  /** The length of the whole answer, once its head has arrived. */
  #lengthBytes = 0

  constructor(url: string) {
    const { hostname, port } = new URL(url)
    this.#host = hostname
    this.#port = Number(port)
  }

  /** @throws Error if the connection breaks before the answer is complete */
  send(request: Buffer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject }
      this.#socket ??= this.#open()
      this.#socket.write(request)
    })
  }

  close(): void {
    this.#socket?.destroy()
  }

  #open(): Socket {
    const socket = connect({ host: this.#host, port: this.#port, noDelay: true })
    let reason = new Error('the server closed the connection')
    socket.on('data', (chunk) => this.#receive(chunk))
    socket.on('error', (error) => {
      reason = error
    })
    socket.on('close', () => {
      this.#socket = null
      this.#received = null
      this.#lengthBytes = 0
      this.#take()?.reject(reason)
    })
    return socket
  }

  #receive(chunk: Buffer): void {
    const received = this.#received === null ? chunk : Buffer.concat([this.#received, chunk])
    this.#received = received
    if (this.#lengthBytes === 0) this.#lengthBytes = answerLength(received)
    if (this.#lengthBytes === 0 || received.length < this.#lengthBytes) return
    this.#received = null
    this.#lengthBytes = 0
    // "HTTP/1.1 200"
    this.#take()?.resolve({ status: Number(received.toString('latin1', 9, 12)), bytes: received })
  }

  #take(): Waiting | null {
    const waiting = this.#waiting
    this.#waiting = null
    return waiting
  }
}

const lastChunk = Buffer.from('\r\n0\r\n\r\n')

/** The length of head and body together; 0 while it is unknown. */
function answerLength(received: Buffer): number {
  const headEnd = received.indexOf('\r\n\r\n')
  if (headEnd < 0) return 0
  const head = received.toString('latin1', 0, headEnd)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length !== undefined) return headEnd + 4 + Number(length)
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return headEnd + 4
  const isWhole = received.subarray(-lastChunk.length).equals(lastChunk)
  return isWhole ? received.length : 0
}

/** Parses the JSON of an answer. */
export function jsonOf({ status, bytes }: Answer): unknown {
  const text = bytes.toString()
  try {
    return JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))
  } catch (error) {
    throw new Error(`an answer with status ${status} is no JSON: ${text}`, { cause: error })
  }
}
