import { createHash, createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

export const bucketKeys = { accessKey: 'AKIDONLYFORTESTS', secretKey: 'a-secret/key+only-for-tests' }
const region = 'af-south-1'
const bucket = 'people'
/** So few that listing takes several pages. */
const pageSize = 2
const elsewhere = '/elsewhere'

/**
 * The part of an S3-compatible store that pictures need. It computes each signature itself (AWS Signature Version 4),
 * and refuses a request if the signature differs, or if the body does not have the signed digest.
 */
export interface BucketServer {
  /** The settings of a server that stores its pictures here. */
  readonly env: Readonly<Record<string, string>>
  /** The stored objects by key; a test may change them. */
  readonly objects: Map<string, Buffer>
  /** The status of every answer from now on; null for correct answers. */
  failWith: number | null
  /** True if a client has followed its redirect. */
  wasFollowed: boolean
  close(): Promise<void>
}

export async function startBucketServer(): Promise<BucketServer> {
  const objects = new Map<string, Buffer>()
  const state = { failWith: null as number | null, wasFollowed: false }
  const server = createServer((request, response) => {
    if (request.url === elsewhere) state.wasFollowed = true
    answer(request, response, objects, state.failWith).catch(() => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    env: {
      PROXIMA_PICTURE_STORE: 's3',
      PROXIMA_PICTURE_S3_ENDPOINT: `http://127.0.0.1:${port}/`,
      PROXIMA_PICTURE_S3_BUCKET: bucket,
      PROXIMA_PICTURE_S3_REGION: region,
      PROXIMA_PICTURE_S3_ACCESS_KEY: bucketKeys.accessKey,
      PROXIMA_PICTURE_S3_SECRET_KEY: bucketKeys.secretKey,
    },
    objects,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  objects: Map<string, Buffer>,
  failWith: number | null,
): Promise<void> {
  const body = await buffer(request)
  if (failWith !== null) return void response.writeHead(failWith, { location: elsewhere }).end()
  if (!isSigned(request, body)) return void response.writeHead(403).end('SignatureDoesNotMatch')
  const url = new URL(request.url ?? '', 'http://store')
  if (url.searchParams.has('list-type')) return void response.end(list(objects, url.searchParams))
  const key = url.pathname.slice(`/${bucket}/`.length)
  const found = objects.get(key)
  if (request.method === 'PUT') objects.set(key, body)
  if (request.method === 'DELETE') objects.delete(key)
  if (request.method === 'GET' && found === undefined) response.statusCode = 404
  response.end(request.method === 'GET' ? (found ?? '<Error><Code>NoSuchKey</Code></Error>') : '')
}

/** ListObjectsV2 with the delimiter "/": each folder once. */
function list(objects: ReadonlyMap<string, Buffer>, query: URLSearchParams): string {
  const prefix = query.get('prefix') ?? ''
  const after = Buffer.from(query.get('continuation-token') ?? '', 'base64').toString()
  const names = [...objects.keys()].filter((key) => key.startsWith(prefix))
  const folders = [...new Set(names.map((key) => key.slice(0, key.indexOf('/', prefix.length) + 1)))]
  const left = folders.sort().filter((folder) => folder > after)
  const page = left.slice(0, pageSize)
  const next = left.length > page.length ? Buffer.from(page.at(-1) ?? '').toString('base64') : null
  const entries = page.map((folder) => `<CommonPrefixes><Prefix>${folder}</Prefix></CommonPrefixes>`)
  const token = next === null ? '' : `<NextContinuationToken>${next}</NextContinuationToken>`
  return `<?xml version="1.0"?><ListBucketResult><Prefix>${prefix}</Prefix>${token}${entries.join('')}</ListBucketResult>`
}

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()

function isSigned({ method, url = '', headers }: IncomingMessage, body: Buffer): boolean {
  const pattern =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, ?SignedHeaders=([^,]+), ?Signature=(.+)$/
  const [, keyId, day = '', signedRegion, names = '', signature] =
    pattern.exec(headers.authorization ?? '') ?? []
  const date = String(headers['x-amz-date'])
  const digest = String(headers['x-amz-content-sha256'])
  if (keyId !== bucketKeys.accessKey || signedRegion !== region || !date.startsWith(day)) return false
  if (!names.split(';').includes('host') || digest !== sha256(body)) return false
  const [path = '', query = ''] = url.split('?')
  const canonical = [
    method,
    path,
    query.split('&').sort().join('&'),
    ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    names,
    digest,
  ].join('\n')
  const scope = `${day}/${region}/s3/aws4_request`
  const text = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`
  const key = hmac(hmac(hmac(hmac(`AWS4${bucketKeys.secretKey}`, day), region), 's3'), 'aws4_request')
  return hmac(key, text).toString('hex') === signature
}
