import { Command } from 'commander'
import { purgeAll } from '../app/purge/purge-all.ts'
import { purgesOf } from '../app/purge/purges.ts'
import { printJson, printTable } from './output.ts'
import { withServices } from './with-services.ts'

export function purgeCommand(): Command {
  return new Command('purge').option('--json', 'print JSON').action(async ({ json }: { json?: true }) => {
    const purged = await withServices((services) => purgeAll(purgesOf(services)))
    if (json === true) printJson(purged.map(({ name, deleted, isDone }) => ({ name, deleted, done: isDone })))
    else
      printTable(
        ['what', 'deleted'],
        purged.map(({ name, deleted, isDone }) => [
          name,
          isDone ? String(deleted) : `${deleted}, more remain`,
        ]),
      )
  })
}
