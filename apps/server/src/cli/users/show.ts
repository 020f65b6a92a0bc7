import { Command } from 'commander'
import { externalIdText } from '../../features/users/external-ids/model.ts'
import { withServices } from '../with-services.ts'
import { findAccount } from './find-account.ts'
import { printUser } from './print-user.ts'

export function showUserCommand(): Command {
  return new Command('show')
    .description('Show one account.')
    .argument('<identifier>', 'id, username, email, phone number or SOURCE:ID')
    .option('--json', 'print JSON')
    .action(async (identifier: string, { json }: { json?: true }) => {
      await withServices(async (services) => {
        const account = await findAccount(services, identifier)
        const externalIds = await services.externalIds.list(services.db, account.id)
        await printUser(services, account, json, { external_ids: externalIds.map(externalIdText) })
      })
    })
}
