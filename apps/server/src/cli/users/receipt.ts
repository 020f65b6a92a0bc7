import { Command } from 'commander'
import { deletionView } from '../../features/self-service/deletions/schema.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'

export function receiptCommand(): Command {
  return new Command('receipt')
    .description('Say what became of a deletion, by the receipt that was given for it.')
    .argument('<code>', 'as it was shown: pxd_…')
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
