/** A call that an attacker would repeat often, and how often a client may make it without proof of work. */
export interface WorkRule {
  /** The name under which it is counted. */
  readonly name: string
  /** How many calls of one client are free. */
  readonly freeCalls: number
  readonly windowSeconds: number
  /** True if only calls that fail count, such as wrong passwords. */
  readonly refundsSuccess: boolean
}

/** One such call. */
export interface CostlyCall {
  readonly rule: WorkRule
  readonly clientAddress: string
  /** The account that the caller names, as typed; null if the call names none. */
  readonly identifier: string | null
}

/** Asks for proof of work. The type is in the kernel because HTTP calls it and a feature implements it. */
export interface ProofOfWork {
  /**
   * Counts the call, before any other work.
   * @param solution as the caller sent it; null if they sent none
   * @throws `proof_of_work_required`
   */
  require(call: CostlyCall, solution: string | null): Promise<void>
  /** Takes back the count of a call that succeeded, if its rule says so. */
  refund(call: CostlyCall): Promise<void>
}
