import { type ForeignHash, type Reading, refused } from '../foreign-hash.ts'
import { refuseWork } from '../work.ts'

/** The hash, unless to check it would cost more than is accepted (A46). */
export function withWork(hash: ForeignHash): Reading {
  const refusal = refuseWork(hash.work)
  return refusal === null ? { kind: 'hash', hash } : refused(refusal)
}
