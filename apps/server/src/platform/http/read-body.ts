import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { Failure } from '../kernel/failures.ts'
import { malformedRequest, overloaded, requestTimeout, tooLarge } from '../kernel/problems.ts'
import { isTooSlow, watchProgress } from './body-pace.ts'
import type { Timeouts } from './timeouts.ts'

declare module 'fastify' {
  interface FastifyInstance {
    timeouts: Timeouts
  }
  interface FastifyRequest {
    reading: Reading | null
  }
}

/** What a route needs to know about the reading of a body that takes up a place. */
export interface Reading {
  /** Aborted if others need the place. */
  readonly interrupted: AbortSignal
  /** The failure with which the reading then ends. */
  readonly interruption: Failure
  /** Called when the whole body has been read: from then on, the request is not interrupted. */
  readonly onEnd: () => void
}

/**
 * Reads the body of a request, up to the limit of its route and at the pace of its client.
 * @throws the failure of `Reading`, `too_large`, `request_timeout`, `malformed_request` if the connection breaks
 */
export async function readBody(request: FastifyRequest, payload: IncomingMessage): Promise<Buffer> {
  const { bodyLimit } = request.routeOptions
  if (!request.is404 && Number(request.headers['content-length'] ?? 0) > bodyLimit)
    throw bodyTooLarge(bodyLimit)
  if (payload.destroyed) throw new Failure(malformedRequest)
  const chunks: Buffer[] = []
  let receivedBytes = 0
  await whileReading(request, payload, (chunk) => {
    receivedBytes += chunk.length
    if (receivedBytes > bodyLimit) throw bodyTooLarge(bodyLimit)
    chunks.push(chunk)
    return true
  })
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

function bodyTooLarge(bodyLimit: number): Failure {
  const most = bodyLimit.toLocaleString('en-US')
  return new Failure(tooLarge, {
    detail: `The body is larger than this call accepts. Send at most ${most} bytes.`,
  })
}

/** Waits for the end of a body that has no type that the server accepts. @returns whether there was a body */
export async function hasContent(request: FastifyRequest, payload: IncomingMessage): Promise<boolean> {
  let isEmpty = true
  await whileReading(request, payload, () => {
    isEmpty = false
    return false
  })
  return !isEmpty
}

/** Ends with the body, or when `wantsMore` throws or is false. The rest is then read and dropped. */
async function whileReading(
  { is404, reading, server: { timeouts } }: FastifyRequest,
  payload: IncomingMessage,
  wantsMore: (chunk: Buffer) => boolean,
): Promise<void> {
  // Its answer does not depend on the body.
  if (is404) return
  if (reading?.interrupted.aborted) throw reading.interruption
  await new Promise<void>((resolve, reject) => {
    let receivedBytes = 0
    const end = (settle: () => void) => {
      stop()
      payload.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken)
      reading?.interrupted.removeEventListener('abort', onInterrupted)
      settle()
    }
    const onEnd = () => {
      reading?.onEnd()
      end(resolve)
    }
    const onInterrupted = () => end(() => reject(reading?.interruption ?? new Failure(overloaded)))
    const onBroken = (cause?: Error) => end(() => reject(new Failure(malformedRequest, { cause })))
    const onData = (chunk: Buffer) => {
      receivedBytes += chunk.length
      try {
        if (!wantsMore(chunk)) onEnd()
      } catch (error) {
        end(() => reject(error))
      }
    }
    const stop = watchProgress({
      receivedBytes: () => receivedBytes,
      isOver: () => false,
      isRefused: (progress) => isTooSlow(progress, timeouts.body),
      onRefused: () => end(() => reject(new Failure(requestTimeout))),
      checkMs: timeouts.check,
    })
    reading?.interrupted.addEventListener('abort', onInterrupted)
    payload.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken)
  })
}
