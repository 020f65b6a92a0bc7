import { failureKind, type Tracing } from '../kernel/tracing.ts'
import type { HashQueue } from './hash-queue.ts'

/** The same queue, which tells apart how long a password waited and how long the work on it took. */
export function tracedQueue(queue: HashQueue, tracing: Tracing): Pick<HashQueue, 'assertRoom' | 'run'> {
  return {
    assertRoom: (caller) => queue.assertRoom(caller),
    async run<T>(work: () => Promise<T>, caller?: string): Promise<T> {
      let span = tracing.beginStep('password queue')
      try {
        return await queue.run(() => {
          span?.end()
          span = tracing.beginStep('password hash')
          return span === null ? work() : span.run(work)
        }, caller)
      } catch (error) {
        span?.end(failureKind(error))
        throw error
      } finally {
        span?.end()
      }
    },
  }
}
