/** `error`: broken or unsafe now. `warning`: it will be. Both must be mended; a `note` is only good to know. */
export type Severity = 'error' | 'warning' | 'note'

export interface Finding {
  readonly severity: Severity
  /** Stable, for programs. */
  readonly code: string
  readonly summary: string
  /** What to do. */
  readonly advice: string
}

const order: readonly Severity[] = ['error', 'warning', 'note']

export function worstFirst(findings: readonly Finding[]): Finding[] {
  return findings.toSorted((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity))
}

export function mustBeMended({ severity }: Finding): boolean {
  return severity !== 'note'
}
