import type { ProblemCode } from './api-types.data.ts'
import { type ProblemBody, ProximaError } from './error.ts'
import { workFor } from './proof-of-work.ts'
import { queryText, type Request, reasonOf } from './request.ts'
import { sleep, waitBeforeRepeatMs } from './retries.ts'

export interface TransportOptions {
  /** Without a slash at the end. */
  readonly url: string
  readonly fetch: typeof fetch
  readonly timeoutMs: number
  /** `same-origin` lets a browser send its cookie. */
  readonly credentials: 'omit' | 'same-origin'
  readonly randomId: () => string | null
}

/** A picture of ten megabytes takes minutes in a slow network. */
const fileTimeFactor = 10

/** Sends requests, repeats those that may be repeated, and reads the answers. */
export class Transport {
  readonly #options: TransportOptions

  constructor(options: TransportOptions) {
    this.#options = options
  }

  /** @throws ProximaError; the reason of the signal */
  async send<T>(request: Request, credential: string | null): Promise<T> {
    const key = this.#keyOf(request)
    const isRepeatable = request.method === 'GET' || key !== null || request.isRepeatable === true
    const headers = { ...headersOf(request, credential), ...(key !== null && { 'idempotency-key': key }) }
    for (let repeats = 0; ; repeats++) {
      try {
        return (await this.#withWork(request, headers)) as T
      } catch (error) {
        const waitMs = isRepeatable ? waitBeforeRepeatMs(error, repeats) : null
        if (waitMs === null) throw error
        await sleep(waitMs, request.signal)
      }
    }
  }

  /** A guessable key would give its answer to someone else, so without a source of random numbers there is none. */
  #keyOf({ takesKey, idempotencyKey }: Request): string | null {
    if (takesKey !== true || idempotencyKey === null) return null
    return idempotencyKey ?? this.#options.randomId()
  }

  #timeoutMsOf({ timeoutMs, content, answer }: Request): number {
    const isFile = content !== undefined || answer === 'blob'
    return timeoutMs ?? this.#options.timeoutMs * (isFile ? fileTimeFactor : 1)
  }

  /** Sends the request again with the solution, if the server asks for proof of work. */
  async #withWork(request: Request, headers: Record<string, string>): Promise<unknown> {
    try {
      return await this.#attempt(request, headers)
    } catch (error) {
      const work = await workFor(error, request.signal)
      if (work === null) throw error
      return await this.#attempt(request, { ...headers, 'proof-of-work': work })
    }
  }

  async #attempt(request: Request, headers: Record<string, string>): Promise<unknown> {
    const { url, fetch, credentials } = this.#options
    const { method, path, query, body, content, signal } = request
    if (signal?.aborted) throw reasonOf(signal)
    // AbortSignal.any and AbortSignal.timeout are missing in React Native.
    const controller = new AbortController()
    const stop = () => controller.abort()
    signal?.addEventListener('abort', stop)
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      controller.abort()
    }, this.#timeoutMsOf(request))
    try {
      const response = await fetch(url + path + queryText(query), {
        method,
        headers,
        credentials,
        body: (content as Blob | undefined) ?? (body === undefined ? null : JSON.stringify(body)),
        // A redirect would send the password or the tokens in the body to another address (RFC 9700 §4.12).
        redirect: 'error',
        signal: controller.signal,
      })
      return await contentOf(response, request)
    } catch (error) {
      if (error instanceof ProximaError) throw error
      if (signal?.aborted) throw reasonOf(signal)
      throw new ProximaError({ code: isLate ? 'timeout' : 'network_error', cause: error })
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', stop)
    }
  }
}

function headersOf({ body, content, headers }: Request, credential: string | null): Record<string, string> {
  const type = content === undefined ? body && 'application/json' : typeOf(content)
  return {
    ...(type !== undefined && { 'content-type': type }),
    ...(credential !== null && { authorization: `Bearer ${credential}` }),
    ...headers,
  }
}

/** A form gets its type from fetch, which chooses the boundary. */
function typeOf(content: NonNullable<Request['content']>): string | undefined {
  if (typeof FormData !== 'undefined' && content instanceof FormData) return undefined
  return (content as Partial<Blob>).type || 'application/octet-stream'
}

async function contentOf(response: Response, { answer }: Request): Promise<unknown> {
  if (!response.ok) throw await errorOf(response)
  if (answer === 'blob') return await response.blob()
  const text = await response.text()
  if (text === '') return undefined
  const json = parse(text)
  if (json === undefined) throw new ProximaError({ code: 'unexpected_answer', status: response.status })
  return json
}

async function errorOf(response: Response): Promise<ProximaError> {
  const problem = parse(await response.text()) as ProblemBody | null | undefined
  const { status, headers } = response
  const seconds = Number.parseInt(headers.get('retry-after') ?? '', 10)
  const retryAfterSeconds = seconds >= 0 ? seconds : null
  if (typeof problem?.code !== 'string')
    return new ProximaError({ code: 'unexpected_answer', status, retryAfterSeconds })
  return new ProximaError({ code: problem.code as ProblemCode, status, problem, retryAfterSeconds })
}

/** Undefined if the text is not JSON. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
