import { Command } from 'commander'
import { withServices } from '../open.ts'
import { readPassword } from '../read-password.ts'
import { printUser } from './print-user.ts'

interface Options {
  readonly username?: string
  readonly email?: string
  readonly phoneNumber?: string
  readonly fullName?: string
  readonly givenName?: string
  readonly familyName?: string
  readonly json?: true
}

/** No client: an administrator at the machine itself. */
const fromHere = { ipAddress: '', idempotencyKey: null }

export function createUserCommand(): Command {
  return new Command('create')
    .summary('Create an account.')
    .description(
      'Create an account, also where registration is closed. The password is asked for, or read from standard input; without one a secret is generated.',
    )
    .option('--username <name>', '3 to 50 letters and digits')
    .option('--email <address>', 'one bare address')
    .option('--phone-number <number>', 'such as +254712345678')
    .option('--full-name <name>', 'as it is shown')
    .option('--given-name <name>', 'beside or instead of the full name')
    .option('--family-name <name>', 'beside or instead of the full name')
    .option('--json', 'print JSON')
    .action(async ({ json, ...account }: Options) => {
      const password = await readPassword()
      await withServices(async (services) => {
        const input = password === undefined ? account : { ...account, password }
        const created = await services.registration.create(input, fromHere)
        const extra = created.userSecret === null ? {} : { user_secret: created.userSecret }
        await printUser(services, created.account, json, extra)
      })
    })
}
