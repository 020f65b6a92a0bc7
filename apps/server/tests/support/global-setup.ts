import { mysqlUrl, postgresUrl } from './engines.ts'

/** Says which engines this run has and which it leaves out, so that nobody takes the one for the other. */
export function setup(): () => void {
  const lines = [
    'SQLite: tested',
    report('PostgreSQL', 'PROXIMA_TEST_POSTGRES_URL', postgresUrl),
    report('MariaDB', 'PROXIMA_TEST_MYSQL_URL', mysqlUrl),
  ]
  const text = `\n${lines.map((line) => `  ${line}`).join('\n')}\n\n`
  process.stdout.write(`\nEngines:${text}`)
  return () => process.stdout.write(`Engines:${text}`)
}

function report(engine: string, variable: string, url: string | undefined): string {
  return url === undefined ? `${engine}: left out (set ${variable} to test it)` : `${engine}: tested`
}
