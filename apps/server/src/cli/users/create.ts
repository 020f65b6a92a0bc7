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

export function createUserCommand(): Command {
  return new Command('create')
    .description(
      'Create an account, also where registration is closed. The password is asked for, or read from standard input; without one a secret is generated.',
    )
    .option('--username <name>')
    .option('--email <address>')
    .option('--phone-number <number>')
    .option('--full-name <name>')
    .option('--given-name <name>')
    .option('--family-name <name>')
    .option('--json', 'print JSON')
    .action(async ({ json, ...account }: Options) => {
      const password = await readPassword()
      await withServices(async (services) => {
        const input = password === undefined ? account : { ...account, password }
        const created = await services.registration.create(input, null)
        const extra = created.userSecret === null ? {} : { user_secret: created.userSecret }
        await printUser(services, created.account, json, extra)
      })
    })
}
