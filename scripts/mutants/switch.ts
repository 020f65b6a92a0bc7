import { appendFileSync } from 'node:fs'
import { afterAll, expect } from 'vitest'

/** Runs in each worker before its tests: plants the chosen fault, or records which faults the tests of a file reach. */
const active = process.env['MUTANT'] ?? null
const reportFile = process.env['MUTANTS_REACHED_FILE'] ?? null
const reached = new Set<string>()
const sinceMs = performance.now()

const scope = globalThis as { __mutant?: (id: string) => boolean }
scope.__mutant = (id) => {
  if (reportFile !== null) reached.add(id)
  return id === active
}

afterAll(() => {
  if (reportFile === null) return
  const line = {
    test: expect.getState().testPath,
    ms: Math.round(performance.now() - sinceMs),
    ids: [...reached],
  }
  appendFileSync(reportFile, `${JSON.stringify(line)}\n`)
})
