import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { equivalents } from './equivalent.ts'
import { allMutants, root } from './instrument.ts'
import type { Mutant } from './mutants-of.ts'
import { Reached } from './reached.ts'
import { type Fate, pageOf, scoreOf, type Verdict } from './report.ts'
import { vitest } from './vitest-run.ts'

/**
 * Plants faults in the folders whose faults would let an attacker in, one at a time, and runs the tests that reach each.
 * A fault that no test notices is a hole in the tests: write the test, or say in equivalent.ts why there is none.
 */
const { values } = parseArgs({
  options: {
    sample: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    /** No fault is planted later than that. */
    minutes: { type: 'string', default: '600' },
    workers: { type: 'string', default: '2' },
    reached: { type: 'string' },
    into: { type: 'string', default: 'bench/results' },
  },
})

/** A fault has survived if the nearest tests that reach it pass, as many files as take this long. */
const testsMaxMs = 30_000
const testsMin = 3
const timeLimitMs = 5 * testsMaxMs
const endsMs = Date.now() + Number(values.minutes) * 60_000

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root }).toString().trim()
const reached = await Reached.load(
  resolve(values.reached ?? join(tmpdir(), `proxima-mutants-${commit}.jsonl`)),
)
const all = allMutants().filter(({ file }) => file.includes(values.only))
const left = shuffled(all, Number(values.seed)).slice(0, Number(values.sample))
const size = left.length
const verdicts: Verdict[] = []
await Promise.all(Array.from({ length: Number(values.workers) }, work))

const date = new Date().toISOString().slice(0, 10)
const page = pageOf({ commit, date, seed: Number(values.seed), all: all.length, verdicts })
writeFileSync(resolve(root, values.into, `${date}-${commit}-mutants.md`), page)
console.log(`${(scoreOf(verdicts) * 100).toFixed(1)} % of the faults were noticed.`)

async function work(): Promise<void> {
  for (let mutant = left.pop(); mutant !== undefined && Date.now() < endsMs; mutant = left.pop()) {
    const fate = await fateOf(mutant)
    verdicts.push({ mutant, fate })
    const { file, line, original, replacement } = mutant
    const text = [original, replacement].map((each) => each.replaceAll(/\s+/g, ' ').slice(0, 80)).join(' => ')
    console.log(`${verdicts.length}/${size} ${fate} ${file}:${line} ${text}`)
  }
}

async function fateOf(mutant: Mutant): Promise<Fate> {
  if (isEquivalent(mutant)) return 'equivalent'
  const tests = reached.testsOf(mutant, { testsMaxMs, testsMin })
  if (tests.length === 0) return 'unreached'
  const outcome = await vitest({
    args: ['--bail=1', '--no-file-parallelism', ...tests],
    env: { MUTANT: mutant.id, MUTANT_TESTS: tests.join(' ') },
    timeLimitMs,
  })
  if (outcome === 'passed') return 'survived'
  return outcome === 'failed' ? 'killed' : 'timed_out'
}

function isEquivalent({ file, original, replacement }: Mutant): boolean {
  return equivalents.some(
    (each) => file.endsWith(each.file) && each.original === original && each.replacement === replacement,
  )
}

/** The same order for the same seed (mulberry32). */
function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return list
    .map((item) => ({ item, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
