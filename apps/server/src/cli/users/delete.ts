import { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { findAccount } from './find-account.ts'

export function deleteUserCommand(): Command {
  return new Command('delete')
    .description('Erase an account and all its data. This cannot be undone.')
    .argument('<identifier>', 'id, username, email or phone number')
    .option('--yes', 'do not ask; required without a terminal')
    .option('--json', 'print JSON')
    .action(async (identifier: string, { json, yes }: { json?: true; yes?: true }) => {
      await withServices(async (services) => {
        const { id } = await findAccount(services, identifier)
        await confirm(`Erase ${identifier} permanently?`, { yes })
        const receipt = await services.administration.erase(id)
        if (json === true) printJson({ id, deleted: true, receipt })
        else process.stdout.write(`deleted ${id}\n${receiptLine(receipt)}\n`)
      })
    })
}

function receiptLine(receipt: string | null): string {
  return receipt === null ? 'the owner has the receipt' : `receipt ${receipt}`
}
