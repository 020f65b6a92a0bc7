import { Command } from 'commander'
import { ConfigError } from '../../platform/config/config-error.ts'
import { InvalidValue } from '../../platform/config/setting.ts'
import { type DatabaseLocation, databaseUrl, maskUrl } from '../../platform/config/url-parsers.ts'
import { connect } from '../../platform/database/connect.ts'
import { type CopiedTable, copyDatabase } from '../../platform/database/copy/copy-database.ts'
import { printJson, printTable } from '../output.ts'
import { readInput } from '../read-input.ts'
import { withConnection } from '../with-services.ts'

interface Options {
  readonly to: string
  readonly restart?: true
  readonly json?: true
}

export function dbCommand(): Command {
  const command = new Command('db')
  command
    .command('copy')
    .description(
      'Copy all data to an empty database, on any engine, and verify every row. Stop the servers first. Then start ' +
        'them with PROXIMA_DATABASE_URL set to the new database.',
    )
    .requiredOption(
      '--to <url>',
      'the target, in the form of PROXIMA_DATABASE_URL; "-" reads it from standard input',
    )
    .option('--restart', 'empty the target first, if an earlier copy to it did not finish')
    .option('--json', 'print JSON')
    .action(async ({ to, restart, json }: Options) => {
      const location = parseTarget(to === '-' ? (await readInput()).trim() : to)
      const tables = await copyTo(location, restart === true, json === true)
      if (json === true) printJson({ to: shown(location), tables })
      else report(location, tables)
    })
  return command
}

// Every user of the machine can read arguments, and shells store them. "-" avoids both.
function parseTarget(given: string): DatabaseLocation {
  try {
    return databaseUrl().parse(given)
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
    throw new ConfigError([`--to ${error.message}`])
  }
}

function copyTo(location: DatabaseLocation, restart: boolean, json: boolean): Promise<CopiedTable[]> {
  return withConnection(async (source) => {
    const target = connect(location, { poolMax: 2, statementTimeoutMs: 0, onError: () => undefined })
    try {
      return await copyDatabase(source, target, { restart, onCopied: json ? () => undefined : progress })
    } finally {
      await target.db.destroy()
    }
  })
}

function progress({ table, rows }: CopiedTable): void {
  process.stderr.write(`copied ${rows} of ${table}\n`)
}

function report(location: DatabaseLocation, tables: readonly CopiedTable[]): void {
  printTable(
    ['table', 'rows copied and verified'],
    tables.map(({ table, rows }) => [table, String(rows)]),
  )
  process.stdout.write(
    `\nAll data is now in ${shown(location)}. Start the servers with PROXIMA_DATABASE_URL set to it, and with the same ` +
      'master secret.\n',
  )
}

function shown(location: DatabaseLocation): string {
  return location.engine === 'sqlite' ? `sqlite:${location.path}` : maskUrl(location.url)
}
