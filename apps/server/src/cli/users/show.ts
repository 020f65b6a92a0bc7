import { Command } from 'commander'
import { withServices } from '../with-services.ts'
import { findAccount } from './find-account.ts'
import { printUser } from './print-user.ts'

export function showUserCommand(): Command {
  return new Command('show')
    .description('Show one account.')
    .argument('<identifier>', 'id, username, email or phone number')
    .option('--json', 'print JSON')
    .action(async (identifier: string, { json }: { json?: true }) => {
      await withServices(
        async (services) => await printUser(services, await findAccount(services, identifier), json),
      )
    })
}
