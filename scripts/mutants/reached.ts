import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, relative } from 'node:path'
import { root } from './instrument.ts'
import type { Mutant } from './mutants-of.ts'
import { vitest } from './vitest-run.ts'

/** Which faults the tests of one file reach, and how long they take. */
interface Recorded {
  readonly test: string
  readonly ms: number
  readonly ids: readonly string[]
}

const minuteMs = 60_000
/** These tests start processes, which have no faults in them, or compare times, which the faults change. */
const excluded = [
  '**/tests/{process,guides,browser}/**',
  '**/authentication/login/refusals.test.ts',
  'examples/**',
  'bench/**',
]

/** The tests of all repositories, which are as near to each of them as a test beside it. */
const ofRepositories = 'apps/server/tests/repositories'
const isRepository = /\/(?:repository|queries)\.ts$/

/** The tests that reach each fault, those most likely to notice it first. */
export class Reached {
  readonly #tests = new Map<string, Recorded[]>()

  /** Runs every test once, unless the file has a recording of the same source. */
  static async load(file: string): Promise<Reached> {
    if (!existsSync(file)) await record(file)
    const reached = new Reached()
    for (const line of readFileSync(file, 'utf8').trim().split('\n'))
      reached.#add(JSON.parse(line) as Recorded)
    return reached
  }

  /**
   * Nearest first: the tests of the folder, then those of the feature, then the others; short ones before long ones. As
   * many as take this long, and at least a few.
   */
  testsOf(
    { id, file }: Mutant,
    { testsMaxMs, testsMin }: { testsMaxMs: number; testsMin: number },
  ): string[] {
    const tests = (this.#tests.get(id) ?? []).toSorted(
      (a, b) => nearness(b.test, file) - nearness(a.test, file) || a.ms - b.ms,
    )
    let tookMs = 0
    const chosen = tests.filter(({ ms }, index) => {
      tookMs += ms
      return index < testsMin || tookMs <= testsMaxMs
    })
    return chosen.map(({ test }) => test)
  }

  #add(recorded: Recorded): void {
    const entry = { ...recorded, test: relative(root, recorded.test) }
    for (const id of recorded.ids) this.#tests.set(id, [...(this.#tests.get(id) ?? []), entry])
  }
}

async function record(file: string): Promise<void> {
  const args = excluded.flatMap((pattern) => ['--exclude', pattern])
  const env = { MUTANTS_REACHED_FILE: file }
  const outcome = await vitest({ args, env, timeLimitMs: 30 * minuteMs })
  if (outcome === 'passed') return
  rmSync(file, { force: true })
  throw new Error(`The tests must pass before a fault is planted. They ${outcome.replace('_', ' ')}.`)
}

function nearness(test: string, file: string): number {
  if (isRepository.test(file) && dirname(test) === ofRepositories) return dirname(file).split('/').length
  const [one, other] = [dirname(test).split('/'), dirname(file).split('/')]
  const index = one.findIndex((part, at) => part !== other[at])
  return index === -1 ? one.length : index
}
