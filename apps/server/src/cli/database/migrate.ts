import { Command } from 'commander'
import type { Connection } from '../../platform/database/connect.ts'
import { migrateDown, migrateUp, migrationStatus, refuseUnfit } from '../../platform/database/migrator.ts'
import { confirm } from '../confirm.ts'
import { printJson, printTable } from '../output.ts'
import { withConnection } from '../with-services.ts'

interface Options {
  readonly json?: true
  readonly all?: true
  readonly yes?: true
}

export function migrateCommand(): Command {
  const command = new Command('migrate')
  command
    .command('up')
    .description('Apply every pending migration. Several servers may do this at the same time.')
    .option('--json', 'print JSON')
    .action(async ({ json }: Options) => {
      const applied = await withConnection(apply, { creates: true })
      report('applied', applied, json)
    })
  command
    .command('down')
    .description('Revert the last migration. This deletes the data in its tables.')
    .option('--all', 'revert every migration')
    .option('--yes', 'do not ask; required without a terminal')
    .option('--json', 'print JSON')
    .action(async ({ json, all, yes }: Options) => {
      await confirm('This deletes data permanently. Continue?', { yes })
      const reverted = await withConnection((connection) => migrateDown(connection, { all: all === true }))
      report('reverted', reverted, json)
    })
  command
    .command('status')
    .description('List the migrations and when each was applied.')
    .option('--json', 'print JSON')
    .action(async ({ json }: Options) => {
      const status = await withConnection(migrationStatus)
      if (json === true) printJson(status.map(({ name, appliedAt }) => ({ name, applied_at: appliedAt })))
      else
        printTable(
          ['migration', 'applied'],
          status.map(({ name, appliedAt }) => [name, appliedAt ?? 'pending']),
        )
    })
  return command
}

async function apply(connection: Connection): Promise<string[]> {
  // Tables of another version may have every migration by name.
  await refuseUnfit(connection)
  return await migrateUp(connection)
}

function report(verb: 'applied' | 'reverted', names: readonly string[], json: true | undefined): void {
  if (json === true) printJson({ [verb]: names })
  else process.stdout.write(names.length > 0 ? `${verb}: ${names.join(', ')}\n` : 'nothing to do\n')
}
