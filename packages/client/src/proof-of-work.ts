import type { WorkChallenge } from './api-types.data.ts'
import { ProximaError } from './error.ts'
import { reasonOf } from './request.ts'

/** After so many hashes, other work of the page gets its turn, and an abort is noticed. */
const hashesAtOnce = 500

/**
 * Solves what the server asks for: a second of computing, so that an attack on an account or on the server costs more than
 * it yields.
 * @returns the value of the header `Proof-Of-Work`; null if this failure asks for none, or this device cannot hash
 */
export async function workFor(error: unknown, signal: AbortSignal | undefined): Promise<string | null> {
  const challenge = challengeIn(error)
  // React Native has no SubtleCrypto, and neither has a page without https.
  if (challenge === null || globalThis.crypto?.subtle === undefined) return null
  for (let first = 0; ; first += hashesAtOnce) {
    if (signal?.aborted) throw reasonOf(signal)
    const counters = Array.from({ length: hashesAtOnce }, (_, index) => first + index)
    const solved = await Promise.all(counters.map((counter) => isSolution(challenge, counter)))
    const index = solved.indexOf(true)
    if (index !== -1) return `${challenge.challenge}:${first + index}`
  }
}

function challengeIn(error: unknown): WorkChallenge | null {
  if (!(error instanceof ProximaError) || error.code !== 'proof_of_work_required') return null
  const { proof_of_work: challenge } = error.problem
  return challenge?.algorithm === 'SHA-256' ? challenge : null
}

async function isSolution({ challenge, difficulty }: WorkChallenge, counter: number): Promise<boolean> {
  const text = new TextEncoder().encode(`${challenge}:${counter}`)
  const hash = new DataView(await crypto.subtle.digest('SHA-256', text))
  // The server never asks for more than 32.
  return hash.getUint32(0) < 2 ** (32 - difficulty)
}
