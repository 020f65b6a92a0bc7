import { Command } from 'commander'
import { describeConfig } from '../platform/config/describe-config.ts'
import { environment } from '../platform/config/environment.ts'
import { loadConfig } from '../platform/config/load-config.ts'
import { printJson, printTable } from './output.ts'

export function configCommand(): Command {
  return new Command('config').option('--json', 'print JSON').action(({ json }: { json?: true }) => {
    const rows = describeConfig(loadConfig(environment))
    if (json === true) printJson(rows)
    else
      printTable(
        ['name', 'value', 'source'],
        rows.map(({ name, value, source }) => [name, value, source]),
      )
  })
}
