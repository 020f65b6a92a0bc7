import type { FairQueue } from '../kernel/fair-queue.ts'
import { failureKind, type Tracing } from '../kernel/tracing.ts'

type PlaceInQueue = Parameters<FairQueue['run']> extends [unknown, ...infer Rest] ? Rest : never

/** The queue of password hashes, with one tracing step for the wait and one for the work. */
export function tracedQueue(queue: FairQueue, tracing: Tracing): Pick<FairQueue, 'run'> {
  return {
    async run<T>(work: () => Promise<T>, ...place: PlaceInQueue): Promise<T> {
      let span = tracing.beginStep('password queue')
      try {
        return await queue.run(
          () => {
            span?.end()
            span = tracing.beginStep('password hash')
            return span === null ? work() : span.run(work)
          },
          ...place,
        )
      } catch (error) {
        span?.end(failureKind(error))
        throw error
      } finally {
        span?.end()
      }
    },
  }
}
