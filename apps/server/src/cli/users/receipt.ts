import { Command } from 'commander'
import { deletionView } from '../../features/self-service/deletions/schema.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'

export function receiptCommand(): Command {
  return new Command('receipt')
    .description('Show the state of a deletion by its receipt.')
    .argument('<code>', 'the receipt, which starts with pxd_')
    .option('--json', 'print JSON')
    .action(async (code: string, { json }: { json?: true }) => {
      const view = deletionView(await withServices(({ deletions }) => deletions.check(code)))
      if (json === true) printJson(view)
      else
        printTable(
          ['what', 'when'],
          Object.entries(view).map(([name, value]) => [name.replaceAll('_', ' '), value ?? '–']),
        )
    })
}
