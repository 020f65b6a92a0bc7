import { type Answer, Connection } from './connection.ts'
import { type Outcome, type Sample, sampleOf } from './outcome.ts'

/** Requests that are sent in turn, over and over, or each made from an earlier answer. */
export type Requests = readonly Buffer[] | Conversation

export interface Conversation {
  next(): Buffer
  answered(answer: Answer): void
}

export interface ClosedLoop {
  readonly url: string
  readonly requests: Requests
  readonly connections: number
  readonly warmUpSeconds: number
  readonly seconds: number
}

export interface ClosedOutcome extends Outcome {
  /** The number of requests sent, including those of the warm-up. */
  readonly requests: number
}

/**
 * Each connection sends its next request when it has its answer. This shows how much a server does at most and, with
 * one connection, how long it works on one request. Latency counts from the moment of sending. It does not include how
 * long a person would have waited for their turn. The open loop measures that.
 */
export async function closedLoop(loop: ClosedLoop): Promise<ClosedOutcome> {
  const { url, requests, connections, warmUpSeconds, seconds } = loop
  const conversation = 'answered' in requests ? requests : repeating(requests)
  const samples: Sample[] = []
  let sent = 0
  const from = performance.now() + warmUpSeconds * 1_000
  const until = from + seconds * 1_000

  async function sendUntilDone(): Promise<void> {
    const connection = new Connection(url)
    try {
      for (;;) {
        const sentAt = performance.now()
        if (sentAt >= until) return
        sent += 1
        const answer = await connection.send(conversation.next())
        const now = performance.now()
        conversation.answered(answer)
        if (now >= from && now < until) samples.push(sampleOf(answer, now - sentAt))
      }
    } finally {
      connection.close()
    }
  }

  await Promise.all(Array.from({ length: connections }, sendUntilDone))
  return { seconds, samples, requests: sent }
}

function repeating(requests: readonly Buffer[]): Conversation {
  return { next: inTurn(requests), answered: () => undefined }
}

export interface Batch {
  readonly url: string
  readonly requests: readonly Buffer[]
  readonly connections: number
  readonly count: number
  /** Of each answer. */
  readonly status?: number
}

/** Sends `count` requests, as fast as they are answered. @throws Error at the first answer with another status */
export async function sendMany({ url, requests, connections, count, status = 200 }: Batch): Promise<void> {
  const next = inTurn(requests)
  let left = count

  async function sendShare(): Promise<void> {
    const connection = new Connection(url)
    try {
      while (left > 0) {
        left -= 1
        const answer = await connection.send(next())
        if (answer.status !== status) throw new Error(`${url} answered ${answer.status}`)
      }
    } finally {
      connection.close()
    }
  }

  await Promise.all(Array.from({ length: connections }, sendShare))
}

export function inTurn<T>(items: readonly T[]): () => T {
  let index = 0
  return () => {
    const item = items[index]
    if (item === undefined) throw new Error('nothing to send')
    index = (index + 1) % items.length
    return item
  }
}
