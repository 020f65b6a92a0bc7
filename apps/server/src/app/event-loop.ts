const intervalMs = 20

/**
 * Tells how long the event loop keeps its callers waiting: how late a timer of ours runs. Node's own histogram counts
 * the interval of its timer too, so that an idle process seems 10 ms late, and one long stop is one sample among
 * hundreds; here everybody who would have come meanwhile is counted.
 * @returns what ends it
 */
export function watchEventLoop(onDelay: (seconds: number) => void): () => void {
  let dueMs = performance.now() + intervalMs
  const timer = setInterval(() => {
    const nowMs = performance.now()
    for (const delayMs of delaysOf(nowMs - dueMs)) onDelay(delayMs / 1_000)
    dueMs = nowMs + intervalMs
  }, intervalMs)
  timer.unref()
  return () => clearInterval(timer)
}

/** Of those who came when the timer was due, and at each interval from then on. */
function delaysOf(lateMs: number): number[] {
  const missed = Math.max(0, Math.floor(lateMs / intervalMs))
  return Array.from({ length: missed + 1 }, (_, index) => Math.max(0, lateMs - index * intervalMs))
}
