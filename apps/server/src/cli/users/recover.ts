import { Command } from 'commander'
import { printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { findAccount } from './find-account.ts'

const names = { email: 'email address', phone_number: 'phone number' }

export function recoverCommand(): Command {
  return new Command('recover')
    .summary('Send the owner of an account a code to set a new password.')
    .description(
      'Start the recovery of an account, for an owner who has forgotten the password. The code goes to the email address or phone number of the account, and only the owner can finish. Nothing changes until then. You see neither the code nor the new password.',
    )
    .argument('<identifier>', 'id, username, email or phone number')
    .option('--json', 'print JSON')
    .action(async (identifier: string, { json }: { json?: true }) => {
      await withServices(async (services) => {
        const { id } = await findAccount(services, identifier)
        const sentTo = await services.recoveryRequests.startFor(id)
        if (json === true) printJson({ id, sent_to: sentTo })
        else process.stdout.write(`${outcomeOf(sentTo)}\n`)
      })
    })
}

function outcomeOf(sentTo: keyof typeof names | null): string {
  if (sentTo !== null) return `a code is on its way to the ${names[sentTo]} of the account`
  return 'nothing was sent: the account has no email address or phone number that can be reached, or is suspended, or got too many messages'
}
