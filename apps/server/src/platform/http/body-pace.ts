/** How fast a client must send the body of a request. */
export interface BodyPace {
  /** How long it may send at any speed. Every small body fits into this time. */
  readonly graceMs: number
  /** The average speed that it needs after that, so that a large body gets more time than a small one. */
  readonly bytesPerSecondMin: number
  /** How long it may send nothing. */
  readonly standstillMs: number
}

export interface Progress {
  readonly elapsedMs: number
  readonly receivedBytes: number
  /** How long nothing has arrived. */
  readonly silentMs: number
}

/** Judges a client by its progress: a fixed time for every body would refuse a large one on a slow network (A124). */
export function isTooSlow({ elapsedMs, receivedBytes, silentMs }: Progress, pace: BodyPace): boolean {
  if (silentMs >= pace.standstillMs) return true
  return elapsedMs >= pace.graceMs && receivedBytes * 1_000 < pace.bytesPerSecondMin * elapsedMs
}

export interface Watch {
  readonly receivedBytes: () => number
  readonly isOver: () => boolean
  readonly isRefused: (progress: Progress) => boolean
  readonly onRefused: () => void
  readonly checkMs: number
}

/** Watches bytes arrive until they are over or are refused. @returns a function that stops it */
export function watchProgress({ receivedBytes, isOver, isRefused, onRefused, checkMs }: Watch): () => void {
  const startMs = performance.now()
  let latest = { bytes: receivedBytes(), atMs: startMs }
  let isStopped = false
  const stop = () => {
    isStopped = true
    clearInterval(timer)
  }
  const mustEnd = (): boolean => {
    const [bytes, nowMs] = [receivedBytes(), performance.now()]
    if (bytes > latest.bytes) latest = { bytes, atMs: nowMs }
    return isRefused({ elapsedMs: nowMs - startMs, receivedBytes: bytes, silentMs: nowMs - latest.atMs })
  }
  const timer = setInterval(() => {
    if (isOver()) return stop()
    if (!mustEnd()) return
    // A busy server may have bytes that it has not read yet. It reads them before it runs this.
    setImmediate(() => {
      if (isStopped || isOver() || !mustEnd()) return
      stop()
      onRefused()
    })
  }, checkMs)
  return stop
}
