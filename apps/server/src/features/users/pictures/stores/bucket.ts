import { createHash } from 'node:crypto'
import type { AwsClient } from 'aws4fetch'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { isId, type PictureId } from '../../../../platform/kernel/ids.ts'
import { unavailable } from '../../../../platform/kernel/problems.ts'
import { fileName, type Picture, type PictureFile, variants } from '../model.ts'
import { type PictureStore, type StoreInTransaction, storedAlready } from './store.ts'

export interface BucketOptions {
  /** Without a slash at the end. */
  readonly endpoint: string
  readonly bucket: string
  readonly region: string
  readonly accessKey: string
  readonly secretKey: string
}

const timeoutMs = 10_000
const answerMaxBytes = 4_194_304
const prefix = 'pictures/'

interface Call {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  /** The path within the bucket, with its query. */
  readonly path: string
  readonly body?: Uint8Array
}

/** Stores pictures in a bucket of an S3-compatible store, with signed requests (SigV4). */
export class BucketStore implements PictureStore {
  readonly name = 's3'
  readonly #root: string
  readonly #options: BucketOptions
  #client: Promise<AwsClient> | null = null

  constructor(options: BucketOptions) {
    this.#options = options
    this.#root = `${options.endpoint}/${encodeURIComponent(options.bucket)}`
  }

  async write({ id }: Picture, files: readonly PictureFile[]): Promise<StoreInTransaction> {
    await Promise.all(
      files.map(({ name, content }) =>
        this.#call({ method: 'PUT', path: `/${keyOf(id, name)}`, body: content }),
      ),
    )
    return storedAlready
  }

  read({ id }: Picture, name: string): Promise<Uint8Array | null> {
    return this.#call({ method: 'GET', path: `/${keyOf(id, name)}` })
  }

  async delete(id: PictureId): Promise<void> {
    await Promise.all(
      variants.map((variant) => this.#call({ method: 'DELETE', path: `/${keyOf(id, fileName(variant))}` })),
    )
  }

  // With a delimiter, ListObjectsV2 returns one entry for all files of a picture.
  async *list(): AsyncGenerator<readonly PictureId[], void> {
    const query = new URLSearchParams({ 'list-type': '2', prefix, delimiter: '/' })
    for (;;) {
      const answer = await this.#call({ method: 'GET', path: `/?${query.toString()}` })
      const text = Buffer.from(answer ?? '').toString()
      yield idsIn(text)
      const next = /<NextContinuationToken>([^<]+)<\/NextContinuationToken>/.exec(text)?.[1]
      if (next === undefined) return
      query.set('continuation-token', textOf(next))
    }
  }

  /** @returns the body; null if there is no such object */
  async #call({ method, path, body }: Call): Promise<Uint8Array | null> {
    try {
      this.#client ??= clientOf(this.#options)
      const response = await (await this.#client).fetch(this.#root + path, {
        method,
        headers: { 'x-amz-content-sha256': digestOf(body) },
        ...(body && { body: new Uint8Array(body) }),
        // A redirect leads to a host that the operator has not configured.
        redirect: 'error',
        signal: AbortSignal.timeout(timeoutMs),
      })
      if (response.status === 404 && method !== 'PUT') return await discard(response)
      if (!response.ok) throw new Error(`The picture store answered ${method} with ${response.status}.`)
      return await read(response)
    } catch (error) {
      throw new Failure(unavailable, { retryAfterSeconds: 5, cause: error })
    }
  }
}

function keyOf(id: PictureId, name: string): string {
  return `${prefix}${id}/${name}`
}

// The digest is part of the signature, so that no one can change the content in transit, even over plain http.
function digestOf(body: Uint8Array = new Uint8Array()): string {
  return createHash('sha256').update(body).digest('hex')
}

function idsIn(xml: string): PictureId[] {
  const found = [...xml.matchAll(/<Prefix>pictures\/([0-9a-f-]{36})\/<\/Prefix>/g)]
  return found.map(([, id = '']) => id).filter((id): id is PictureId => isId<PictureId>(id))
}

function textOf(text: string): string {
  return text
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

async function discard(response: Response): Promise<null> {
  await response.body?.cancel()
  return null
}

async function read(response: Response): Promise<Uint8Array> {
  if (Number(response.headers.get('content-length')) > answerMaxBytes)
    throw new Error('The picture store answered with more bytes than any picture has.')
  return new Uint8Array(await response.arrayBuffer())
}

async function clientOf({ region, accessKey, secretKey }: BucketOptions): Promise<AwsClient> {
  const { AwsClient } = await import('aws4fetch')
  return new AwsClient({
    accessKeyId: accessKey,
    secretAccessKey: secretKey,
    region,
    service: 's3',
    // No retries: a client repeats its request before a store that is down recovers.
    retries: 0,
  })
}
