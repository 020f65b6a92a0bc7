import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** A file for machines to read the outcome from, beside what is printed for people. */
const report = process.env['TEST_REPORT_FILE']

/**
 * Starts the folders whose files take longest first, and in each the larger files. Otherwise, one worker would still run
 * a file of a minute when the others have ended.
 */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => Number(isLong(other)) - Number(isLong(one)))
  }
}

function isLong({ moduleId }: TestSpecification): boolean {
  return /\/tests\/(process|browser|faults|races)\//.test(moduleId)
}

export default defineConfig({
  // The packages run from their sources, without a build.
  resolve: { conditions: ['proxima-source'] },
  ssr: { resolve: { conditions: ['proxima-source'] } },
  test: {
    include: ['{apps,packages}/*/{src,tests}/**/*.test.ts', 'examples/**/*.test.ts', 'bench/**/*.test.ts'],
    // Processes rather than threads: argon2 and the SQLite driver then share nothing between files.
    pool: 'forks',
    // Loading the server anew for each of hundreds of files would cost more than the tests.
    isolate: false,
    // A password hash takes a whole core; more workers than cores would measure only the waiting.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    // These only end a test that hangs: the slowest takes seconds, and longer if the machine does other work too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // `npm test` leaves these out; see CONTRIBUTING.md.
    tags: [{ name: 'long', description: 'Processes, kills, power cuts, races of a thousand, sweeps' }],
    globalSetup: 'apps/server/tests/support/global-setup.ts',
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
