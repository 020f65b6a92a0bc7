import { Connection } from '../../load/connection.ts'
import { requestBytes } from '../../load/request.ts'
import { areaInterval, type Interval, medianInterval } from '../../measure/statistics.ts'
import type { Plan } from './scenario.ts'

/** The times of one side of all pairs, in milliseconds. */
interface Times {
  readonly answers: number[]
  /** Of a request that comes directly after the answer: work that goes on may delay it, and reveal as much. */
  readonly next: number[]
}

const probe = requestBytes({ method: 'GET', path: '/healthz' })

/** Sends both requests of a pair one after the other, in random order, on one connection. */
export class Pairs {
  readonly #one: Times = { answers: [], next: [] }
  readonly #other: Times = { answers: [], next: [] }
  readonly #plan: Plan

  constructor(plan: Plan) {
    this.#plan = plan
  }

  async measure(url: string, from: number, until: number): Promise<void> {
    const connection = new Connection(url)
    for (let index = from; index < until; index++) {
      const [one, other] = this.#plan.pair(index)
      const sides: [Times, Buffer][] = [
        [this.#one, one],
        [this.#other, other],
      ]
      for (const [times, request] of Math.random() < 0.5 ? sides : sides.reverse())
        await this.#send(connection, request, times)
    }
    connection.close()
  }

  async #send(connection: Connection, request: Buffer, times: Times): Promise<void> {
    const sentAt = performance.now()
    const { status } = await connection.send(request)
    const answeredAt = performance.now()
    await connection.send(probe)
    times.answers.push(answeredAt - sentAt)
    times.next.push(performance.now() - answeredAt)
    if (status !== this.#plan.status) throw new Error(`status ${status} instead of ${this.#plan.status}`)
  }

  results(): { readonly answers: Compared; readonly next: Compared } {
    return {
      answers: compared(this.#one.answers, this.#other.answers),
      next: compared(this.#one.next, this.#other.next),
    }
  }
}

export interface Compared {
  readonly pairs: number
  /** The probability that the one side takes longer than the other: 0.5 if the time reveals nothing. */
  readonly area: Interval
  /** By how many milliseconds the one side takes longer in the same pair, the median. */
  readonly differenceMs: Interval
}

function compared(one: readonly number[], other: readonly number[]): Compared {
  return {
    pairs: one.length,
    area: areaInterval(one, other),
    differenceMs: medianInterval(one.map((value, index) => value - (other[index] ?? value))),
  }
}
