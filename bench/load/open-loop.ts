import { setTimeout as sleep } from 'node:timers/promises'
import { inTurn } from './closed-loop.ts'
import { Connection } from './connection.ts'
import { brokenSample, type Outcome, type Sample, sampleOf } from './outcome.ts'

export interface OpenLoop {
  readonly url: string
  readonly requests: readonly Buffer[]
  readonly perSecond: number
  readonly seconds: number
  /** The number of connections. A request that finds no free connection waits, and this time counts. */
  readonly connectionsMax: number
}

export interface OpenOutcome extends Outcome {
  /** How many milliseconds late each request was sent: the generator's own share of the latencies. */
  readonly lateness: readonly number[]
}

/**
 * Sends at a fixed rate, whatever the server does, because people come without asking whether it has time. Latency
 * counts from the time at which a request was due, so that neither a stalled server nor a busy generator hides waiting
 * ("coordinated omission").
 */
export async function openLoop(loop: OpenLoop): Promise<OpenOutcome> {
  const { perSecond, seconds } = loop
  const sender = new Sender(loop)
  const startedAt = performance.now()
  const count = Math.round(perSecond * seconds)
  for (let sent = 0; sent < count; ) {
    const due = Math.min(count, Math.floor(((performance.now() - startedAt) / 1_000) * perSecond) + 1)
    for (; sent < due; sent++) sender.send(startedAt + (sent / perSecond) * 1_000)
    await sleep(1)
  }
  await sender.finish()
  return { seconds, samples: sender.samples, lateness: sender.lateness }
}

class Sender {
  readonly samples: Sample[] = []
  readonly lateness: number[] = []
  readonly #loop: OpenLoop
  readonly #next: () => Buffer
  readonly #idle: Connection[] = []
  readonly #pending = new Set<Promise<void>>()
  /** The due times of the requests that found no free connection. */
  readonly #overdue: number[] = []
  #connections = 0

  constructor(loop: OpenLoop) {
    this.#loop = loop
    this.#next = inTurn(loop.requests)
  }

  send(dueAt: number): void {
    this.lateness.push(performance.now() - dueAt)
    const connection = this.#idle.pop() ?? this.#openAnother()
    if (connection === null) this.#overdue.push(dueAt)
    else this.#start(connection, dueAt)
  }

  async finish(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all(this.#pending)
    for (const connection of this.#idle) connection.close()
  }

  #openAnother(): Connection | null {
    if (this.#connections >= this.#loop.connectionsMax) return null
    this.#connections += 1
    return new Connection(this.#loop.url)
  }

  #start(connection: Connection, dueAt: number): void {
    const work = this.#ask(connection, dueAt).then(() => {
      this.#pending.delete(work)
      const next = this.#overdue.shift()
      if (next === undefined) this.#idle.push(connection)
      else this.#start(connection, next)
    })
    this.#pending.add(work)
  }

  async #ask(connection: Connection, dueAt: number): Promise<void> {
    // A broken connection is an outcome too, and the next request opens a new one.
    const sample = await connection.send(this.#next()).then(
      (answer) => sampleOf(answer, performance.now() - dueAt),
      (error: unknown) => brokenSample(error, performance.now() - dueAt),
    )
    this.samples.push(sample)
  }
}
