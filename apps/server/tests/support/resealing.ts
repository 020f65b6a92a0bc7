import type { ResealStep } from '../../src/platform/crypto/sealing.ts'

interface Sealing {
  reseal(step: { after: string | null; dryRun: boolean }): Promise<ResealStep>
}

/** Seals everything again, or only counts it in a dry run. @returns how much each step found */
export async function resealAll(sealing: Sealing, dryRun: boolean): Promise<number[]> {
  const counts: number[] = []
  for (let next: string | null = null, isFirst = true; isFirst || next !== null; isFirst = false) {
    const step = await sealing.reseal({ after: next, dryRun })
    counts.push(step.outdated)
    next = step.next
  }
  return counts
}
