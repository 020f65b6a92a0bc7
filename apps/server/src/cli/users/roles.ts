import { Command } from 'commander'
import type { Services } from '../../app/wire.ts'
import type { AccountId } from '../../platform/kernel/ids.ts'
import { printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { findAccount } from './find-account.ts'

type Options = { readonly json?: true }
/** Returns the roles of the account afterwards. */
type Work = (services: Services, id: AccountId) => Promise<readonly string[]>

const afterwards =
  'Proxima applies this at once. A service that checks access tokens itself sees it when the token is replaced.'

export function rolesCommand(): Command {
  const command = new Command('roles').description('List, add and remove the roles of an account.')
  command.addCommand(listCommand())
  command.addCommand(changeCommand('add', `Give a role to an account. ${afterwards}`))
  command.addCommand(changeCommand('remove', `Take a role from an account. ${afterwards}`))
  return command
}

function listCommand(): Command {
  return new Command('list')
    .description('List the roles of an account.')
    .argument('<identifier>', 'id, username, email or phone number')
    .option('--json', 'print JSON')
    .action((identifier: string, options: Options) =>
      printRoles(identifier, options, ({ db, roles }, id) => roles.rolesOf(db, id)),
    )
}

function changeCommand(verb: 'add' | 'remove', description: string): Command {
  return new Command(verb)
    .description(description)
    .argument('<identifier>', 'id, username, email or phone number')
    .argument('<role>', '1 to 32 lower-case letters, digits, "_" and "-", such as "support"')
    .option('--json', 'print JSON')
    .action((identifier: string, role: string, options: Options) =>
      printRoles(identifier, options, ({ roleAssignment }, id) => roleAssignment[verb](id, role)),
    )
}

async function printRoles(identifier: string, { json }: Options, work: Work): Promise<void> {
  await withServices(async (services) => {
    const { id } = await findAccount(services, identifier)
    const roles = await work(services, id)
    if (json === true) printJson({ id, roles })
    else process.stdout.write(roles.length === 0 ? 'no roles\n' : `${roles.join('\n')}\n`)
  })
}
