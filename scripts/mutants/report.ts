import { relative } from 'node:path'
import type { Mutant } from './mutants-of.ts'

/**
 * `timed_out`: the tests did not end, so that it is not known whether they notice the fault. `unreached`: no test runs
 * the code. `equivalent`: it changes nothing that a test could see.
 */
export type Fate = 'killed' | 'timed_out' | 'survived' | 'unreached' | 'equivalent'

export interface Verdict {
  readonly mutant: Mutant
  readonly fate: Fate
}

export interface Summary {
  readonly commit: string
  readonly date: string
  readonly seed: number
  readonly all: number
  readonly verdicts: readonly Verdict[]
}

const source = 'apps/server/src'

/** The share of faults that a test noticed, of those that a test could notice. */
export function scoreOf(verdicts: readonly Verdict[]): number {
  const counted = verdicts.filter(({ fate }) => fate !== 'equivalent')
  const noticed = counted.filter(({ fate }) => fate === 'killed')
  return counted.length === 0 ? 1 : noticed.length / counted.length
}

export function pageOf({ commit, date, seed, all, verdicts }: Summary): string {
  const count = (fate: Fate) => verdicts.filter((verdict) => verdict.fate === fate).length
  const left = verdicts.filter(({ fate }) => fate !== 'killed' && fate !== 'equivalent')
  const rows = left.map(({ mutant, fate }) => {
    const { file, line, original, replacement } = mutant
    return `| ${relative(source, file)}:${line} | ${code(original)} | ${code(replacement)} | ${fate} |`
  })
  return `# Planted faults, ${date}

Commit ${commit}. SQLite, without the long tests. ${verdicts.length} of ${all} faults, chosen with seed ${seed}.

**${(scoreOf(verdicts) * 100).toFixed(1)} % were noticed**: of ${verdicts.length - count('equivalent')} faults, ${count('killed')} made a test fail. ${count('survived')} survived, the tests of ${count('timed_out')} did not end in time, and ${count('unreached')} are in code that these tests do not reach. ${count('equivalent')} more change nothing that a test could see (\`scripts/mutants/equivalent.ts\`).

| where | source | fault | |
| --- | --- | --- | --- |
${rows.join('\n')}
`
}

function code(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
  return `\`${line.length > 90 ? `${line.slice(0, 90)}…` : line}\``
}
