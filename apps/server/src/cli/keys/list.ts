import { Command } from 'commander'
import { printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { keyView, printKeys } from './print-keys.ts'

export function listKeysCommand(): Command {
  return new Command('list')
    .description('List the signing keys, newest first.')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const keys = await withServices((services) => services.keys.list())
      if (json === true) printJson(keys.map(keyView))
      else printKeys(keys)
    })
}
