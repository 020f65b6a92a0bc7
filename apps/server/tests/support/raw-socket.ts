import { connect } from 'node:net'

export interface SocketAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

const timeoutMs = 5_000

/** Writes the bytes unchanged and reads until the server closes. Fails if the server keeps the connection open. */
export async function sendRaw(
  url: string,
  bytes: string | Buffer,
  /** More bytes, sent when the answer arrives. */
  { more }: { readonly more?: string } = {},
): Promise<SocketAnswer> {
  const { hostname, port } = new URL(url)
  const received = await new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const chunks: Buffer[] = []
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('the server keeps the connection open')))
    socket.on('error', reject)
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => resolve(Buffer.concat(chunks).toString()))
    socket.write(bytes)
    if (more !== undefined) socket.once('data', () => socket.write(more))
  })
  return read(received)
}

function read(received: string): SocketAnswer {
  const [head = '', ...rest] = received.split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Headers(headers),
    text: rest.join('\r\n\r\n'),
  }
}
