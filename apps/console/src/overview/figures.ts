import type { Statistics, StatisticsRange } from '@proxima/client'

/** What the cards of the overview show. */
export interface FiguresProps {
  readonly figures: Statistics
  /** With the period before. */
  readonly compares: boolean
}

/** How much more or less than before, such as "+2.7 %"; null if there was nothing before. */
export function changeOf(current: number, before: number): string | null {
  if (before === 0) return null
  const percent = ((current - before) / before) * 100
  const digits = Math.abs(percent) < 10 ? 1 : 0
  return `${percent < 0 ? '−' : '+'}${Math.abs(percent).toFixed(digits)} %`
}

type SignIns = Pick<StatisticsRange, 'sign_ins' | 'refused_sign_ins'>

/** The part of the attempts to sign in that were refused, in percent; null if there were none. */
export function refusedShare({ sign_ins, refused_sign_ins }: SignIns): number | null {
  const all = sign_ins + refused_sign_ins
  return all === 0 ? null : (refused_sign_ins / all) * 100
}

export function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)
}
