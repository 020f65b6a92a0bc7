import { randomBytes } from 'node:crypto'
import type { TestProject } from 'vitest/node'
import { dropLeftDatabases, mysqlUrl, postgresUrl } from './engines.ts'
import { removeLeftFolders } from './scratch-folder.ts'

/** Prints which engines and which tests this run has, and which it leaves out. */
export function setup({ config }: TestProject): () => Promise<void> {
  // For the workers, which start later.
  const runId = randomBytes(4).toString('hex')
  process.env['TEST_RUN_ID'] = runId
  const engines = [
    'SQLite: tested',
    report('PostgreSQL', 'PROXIMA_TEST_POSTGRES_URL', postgresUrl),
    report('MariaDB', 'PROXIMA_TEST_MYSQL_URL', mysqlUrl),
  ]
  const lines = [...engines, longTests(config.tagsFilter ?? [])]
  const text = `\n${lines.map((line) => `  ${line}`).join('\n')}\n\n`
  process.stdout.write(`\n${expectedTime}${text}`)
  return async () => {
    await dropLeftDatabases(runId)
    await removeLeftFolders(runId)
    process.stdout.write(text)
  }
}

const expectedTime = 'About 3 minutes on SQLite with two cores, and as long again for each other engine.'

function report(engine: string, variable: string, url: string | undefined): string {
  return url === undefined ? `${engine}: left out (set ${variable} to test it)` : `${engine}: tested`
}

function longTests(tagsFilter: readonly string[]): string {
  if (tagsFilter.includes('long')) return 'Long tests: only these'
  if (tagsFilter.length === 0) return 'Long tests: included'
  return 'Long tests (processes, kills, power cuts, races of a thousand, sweeps): left out (npm run test:long runs them)'
}
