import { Command } from 'commander'
import { withServices } from '../with-services.ts'
import { findAccount } from './find-account.ts'
import { printUser } from './print-user.ts'

export function suspendUserCommand(): Command {
  return statusCommand('suspend', 'Block an account from signing in, and end its sessions.')
}

export function activateUserCommand(): Command {
  return statusCommand('activate', 'Allow a suspended account to sign in again.')
}

function statusCommand(verb: 'suspend' | 'activate', description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<identifier>', 'id, username, email or phone number')
    .option('--json', 'print JSON')
    .action(async (identifier: string, { json }: { json?: true }) => {
      await withServices(async (services) => {
        const { id } = await findAccount(services, identifier)
        await services.administration[verb](id)
        await printUser(services, await services.accounts.get(services.db, id), json)
      })
    })
}
