const intervalMs = 20

/**
 * Measures how long the event loop keeps callers waiting, by how late a timer runs. Node's own histogram includes the
 * interval of its timer, so an idle process seems 10 ms late, and one long block is one sample among hundreds. Here, a
 * block counts once for each interval in which a caller could have arrived.
 * @returns a function that stops it
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

/** The delays of callers that arrive when the timer is due, and at each interval after that. */
function delaysOf(lateMs: number): number[] {
  const missed = Math.max(0, Math.floor(lateMs / intervalMs))
  return Array.from({ length: missed + 1 }, (_, index) => Math.max(0, lateMs - index * intervalMs))
}
