import { type AuditEvent, sumsMax } from './model.ts'

export interface RefusalSum {
  readonly event: AuditEvent
  readonly occurrences: number
}

/**
 * Counts the refusals that are not stored one by one, by account. So attackers who use up the shares do not hide from the
 * owner of an account that someone tried to enter it. The memory has a bound, and the work is the same whether or not
 * there is an account (A34).
 */
export class RefusalSums {
  #sums = new Map<string, RefusalSum>()

  /** @param occurrences how many refusals to add */
  add(event: AuditEvent, occurrences = 1): void {
    const alike = { ...event, ...ofOneRequest }
    const isKnown = this.#sums.has(keyOf(alike))
    const summed = isKnown || this.#sums.size < sumsMax ? alike : { ...alike, accountId: null }
    const before = this.#sums.get(keyOf(summed))?.occurrences ?? 0
    this.#sums.set(keyOf(summed), { event: summed, occurrences: before + occurrences })
  }

  /** Removes all sums, and returns them. */
  take(): readonly RefusalSum[] {
    const taken = [...this.#sums.values()]
    this.#sums = new Map()
    return taken
  }
}

/** What belongs to one refusal, and not to the sum. */
const ofOneRequest = {
  actorId: null,
  credentialId: null,
  sessionId: null,
  requestId: null,
  ipAddress: null,
  device: null,
  changes: null,
}

function keyOf({ action, outcome, accountId, method, target, reason }: AuditEvent): string {
  return JSON.stringify([action, outcome, accountId, method, target, reason])
}
