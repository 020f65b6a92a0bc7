import { minuteMs } from '../../../platform/kernel/durations.ts'
import type { Problem } from '../../../platform/kernel/failures.ts'

/**
 * How many leading zero bits the hash of a solution has: 65,536 hashes on average, about a second in a browser. Someone who
 * signs in does not notice it. Someone who tries thousands of passwords pays for each with a second of a processor.
 */
export const workBits = 16

/** How long a challenge can be solved: a slow phone needs half a minute. */
export const challengeMinutes = 5
export const challengeMs = challengeMinutes * minuteMs

/** A challenge and a counter, separated by a colon, with room for more digits than any counter has. */
export const solutionLengthMax = 200

/** How often an identifier may be named in an hour without proof of work, from wherever. */
export const identifierLimit = { quota: 5, windowSeconds: 3_600 }

export const proofOfWorkRequired: Problem = {
  code: 'proof_of_work_required',
  kind: 'forbidden',
  title: 'Proof of work needed',
  advice:
    'Find a counter for which the SHA-256 hash of "challenge:counter" begins with as many zero bits as `difficulty` says. Then repeat the call with the header "Proof-Of-Work: challenge:counter".',
  cause:
    'Many calls of this kind came from this address or named this account, and the server has `PROXIMA_PROOF_OF_WORK=on`. A challenge is valid for five minutes, for this call and from this address, and a solution works once. `@proxima/client` and the pages of the server solve it by themselves.',
  exampleMembers: {
    proof_of_work: {
      algorithm: 'SHA-256',
      challenge: '1796025600.16.3q2-7wAAyv66.2BqGb1mYx0Wn9m3l0r8QmW0XJb7c5b0gZ5cL0m1n2o3',
      difficulty: workBits,
      expires_in: challengeMinutes * 60,
    },
  },
}
