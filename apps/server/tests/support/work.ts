import { createHash } from 'node:crypto'
import type { Answer } from './test-client.ts'

export interface WorkChallenge {
  readonly challenge: string
  readonly difficulty: number
}

/** What the server asks for in its refusal. */
export function challengeIn({ body }: Answer): WorkChallenge {
  return body['proof_of_work'] as WorkChallenge
}

/** As anyone would solve it who has read the reference. */
export function solve({ challenge, difficulty }: WorkChallenge): string {
  const isRight = (hash: Buffer) => hash.readUInt32BE() < 2 ** (32 - difficulty)
  for (let counter = 0; ; counter++) {
    const solution = `${challenge}:${counter}`
    if (isRight(createHash('sha256').update(solution).digest())) return solution
  }
}
