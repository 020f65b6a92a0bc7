import { request } from 'node:http'

/** An answer as it came over the wire: the header names in their original spelling and order, each with its value. */
export interface RawAnswer {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly text: string
}

export interface RawRequestOptions {
  readonly method?: string
  /** Sent unchanged. A name may occur twice. */
  readonly headers?: readonly (readonly [name: string, value: string])[]
  readonly body?: string
}

/** Sends requests that `fetch` would normalize first, such as a path with dots, or a repeated header. */
export function rawRequest(url: string, path: string, options: RawRequestOptions = {}): Promise<RawAnswer> {
  const { method = 'GET', headers = [], body } = options
  const { host, hostname, port } = new URL(url)
  const framing = [
    ['host', host],
    ['connection', 'close'],
    ...(body === undefined
      ? []
      : [
          ['content-type', 'application/json'],
          ['content-length', `${Buffer.byteLength(body)}`],
        ]),
  ]
  return new Promise((resolve, reject) => {
    const outgoing = request({
      hostname,
      port,
      path,
      method,
      agent: false,
      headers: [...framing, ...headers].flat(),
    })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: response.statusCode ?? 0, headers: pairs(response.rawHeaders), text })
      })
    })
    outgoing.end(body)
  })
}

function pairs(rawHeaders: readonly string[]): [string, string][] {
  return rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [[name, rawHeaders[index + 1] ?? ''] as [string, string]] : [],
  )
}
