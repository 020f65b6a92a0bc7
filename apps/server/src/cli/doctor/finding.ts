/** `error`: broken or unsafe now. `warning`: soon. Fix both. A `note` is for information only. */
export type Severity = 'error' | 'warning' | 'note'

export interface Finding {
  readonly severity: Severity
  /** Stable, for programs. */
  readonly code: string
  readonly summary: string
  /** The instruction for the operator. */
  readonly advice: string
}

const order: readonly Severity[] = ['error', 'warning', 'note']

export function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity))
}

export function isProblem({ severity }: Finding): boolean {
  return severity !== 'note'
}
