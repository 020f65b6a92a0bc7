import { ProximaError } from './error.ts'
import { reasonOf } from './request.ts'

/** With the first one, three attempts. */
const repeatsMax = 2
/** A longer wait is for the caller to decide: the error says how long it is. */
const waitMaxSeconds = 20
const firstWaitMs = 300

/**
 * How long to wait before the request is sent again; null if it is not.
 * @param repeats how often it was sent again before
 */
export function waitBeforeRepeatMs(error: unknown, repeats: number): number | null {
  if (!(error instanceof ProximaError) || repeats >= repeatsMax) return null
  if (error.status !== 503 && error.status !== 429 && error.code !== 'network_error') return null
  const { retryAfterSeconds } = error
  if (retryAfterSeconds !== null && retryAfterSeconds > waitMaxSeconds) return null
  const waitMs = retryAfterSeconds === null ? firstWaitMs * 2 ** repeats : retryAfterSeconds * 1_000
  // Clients that were refused together must not come back together.
  return waitMs + Math.random() * firstWaitMs
}

/** @throws the reason of the signal */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  let stop = () => {}
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      stop = () => {
        clearTimeout(timer)
        if (signal !== undefined) reject(reasonOf(signal))
      }
      if (signal?.aborted) stop()
      else signal?.addEventListener('abort', stop)
    })
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
