import type { ResealStep } from '../../src/platform/crypto/sealing.ts'

interface Sealing {
  reseal(step: { after: string | null; isTrial: boolean }): Promise<ResealStep>
}

/** Seals everything anew, or only counts it in a trial. @returns how much each step found */
export async function resealAll(sealing: Sealing, isTrial: boolean): Promise<number[]> {
  const counts: number[] = []
  for (let next: string | null = null, isFirst = true; isFirst || next !== null; isFirst = false) {
    const step = await sealing.reseal({ after: next, isTrial })
    counts.push(step.outdated)
    next = step.next
  }
  return counts
}
