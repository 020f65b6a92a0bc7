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

/** A setting that is in effect. */
export interface ShownSetting {
  readonly name: string
  readonly section: string
  /** Readable; a secret is hidden. */
  readonly value: string
  readonly source: 'default' | 'environment' | 'file'
  readonly default: string
  readonly description: string
}

/** What to do first with a new server, in this order. */
export const firstSteps = [
  'administrator',
  'appearance',
  'mail',
  'application',
  'second_administrator',
] as const
export type FirstStep = (typeof firstSteps)[number]
