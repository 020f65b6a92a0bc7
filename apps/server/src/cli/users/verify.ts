import { Command, Option } from 'commander'
import { withServices } from '../with-services.ts'
import { findAccount } from './find-account.ts'
import { printUser } from './print-user.ts'

interface VerifyOptions {
  readonly channel: 'email' | 'phone_number'
  readonly json?: true
}

export function verifyUserCommand(): Command {
  return new Command('verify')
    .description('Mark the email address or phone number of an account as confirmed, without a code.')
    .argument('<identifier>', 'id, username, email or phone number')
    .addOption(
      new Option('--channel <channel>', 'what to mark')
        .choices(['email', 'phone_number'])
        .makeOptionMandatory(),
    )
    .option('--json', 'print JSON')
    .action(async (identifier: string, { channel, json }: VerifyOptions) => {
      await withServices(async (services) => {
        const { id } = await findAccount(services, identifier)
        await services.contactMarking.markVerified(id, channel)
        await printUser(services, await services.accounts.get(services.db, id), json)
      })
    })
}
