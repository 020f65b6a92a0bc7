import type { Finding, FindingKind } from './model.ts'

export function finding(
  kind: FindingKind,
  { block = null, event = null }: Partial<Pick<Finding, 'block' | 'event'>>,
  detail: string,
): Finding {
  return { kind, block, event, detail }
}
