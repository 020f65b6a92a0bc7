import { Command, Option } from 'commander'
import type { Services } from '../../app/wire.ts'
import type { Registered } from '../../features/authentication/registration/model.ts'
import type { OnCreated } from '../../features/authentication/registration/service.ts'
import type { NewAccountInput } from '../../features/users/accounts/model.ts'
import {
  type HashFamilyName,
  type HashHints,
  hashFamilyNames,
} from '../../platform/crypto/hash-formats/foreign-hash.ts'
import { noRequest } from '../../platform/kernel/request-context.ts'
import { readPassword } from '../read-password.ts'
import { withServices } from '../with-services.ts'
import { printUser } from './print-user.ts'

interface Options {
  readonly username?: string
  readonly email?: string
  readonly phoneNumber?: string
  readonly fullName?: string
  readonly givenName?: string
  readonly familyName?: string
  readonly passwordHash?: true
  readonly hashFamily?: HashFamilyName
  readonly hashPepper?: true
  readonly service?: string
  readonly role?: readonly string[]
  readonly json?: true
}

const ofPeople = [
  'username',
  'email',
  'phoneNumber',
  'fullName',
  'givenName',
  'familyName',
  'passwordHash',
  'hashFamily',
  'hashPepper',
]

const commandLine = { context: noRequest, idempotencyKey: null, byAdministrator: true }

export function createUserCommand(): Command {
  return new Command('create')
    .summary('Create an account.')
    .description(
      'Create an account, even if registration is closed. The command asks for the password, or reads it from standard input. Without a password, it generates a user secret. To import a user from another system, use --password-hash with the stored hash. An account for a program has a name, and no roles but those that you give: use --service. No one can sign in to it; it calls with API keys.',
    )
    .option('--username <name>', '3 to 50 letters, digits, ".", "_" and "-"')
    .option('--email <address>', 'such as amina@example.org')
    .option('--phone-number <number>', 'such as +254712345678')
    .option('--full-name <name>', 'the full name, as shown to others')
    .option('--given-name <name>', 'in addition to the full name, or instead of it')
    .option('--family-name <name>', 'in addition to the full name, or instead of it')
    .option('--role <name>', 'a role, such as admin; give it once for each. People have "user", too', collect)
    .option('--password-hash', 'read the hash that another system made, instead of the password')
    .addOption(
      new Option('--hash-family <name>', 'the system that made the hash, if its form does not say it')
        .choices(hashFamilyNames)
        .implies({ passwordHash: true }),
    )
    .addOption(
      new Option(
        '--hash-pepper',
        'that system appended the pepper in PROXIMA_IMPORTED_PEPPER to every password',
      ).implies({ passwordHash: true }),
    )
    .addOption(new Option('--service <name>', 'an account for a program, with this name').conflicts(ofPeople))
    .option('--json', 'print JSON')
    .action(
      async ({ json, passwordHash, hashFamily, hashPepper, role = [], service, ...account }: Options) => {
        if (service !== undefined) return await createService(service, role, json)
        const secret = await readPassword(passwordHash && 'Hash of the password: ')
        await withServices(async (services) => {
          const created = await create(services, account, {
            secret,
            hints: passwordHash
              ? { ...(hashFamily && { family: hashFamily }), isPeppered: hashPepper === true }
              : null,
            roles: role,
          })
          const extra = created.userSecret === null ? {} : { user_secret: created.userSecret }
          await printUser(services, created.account, json, extra)
        })
      },
    )
}

async function createService(name: string, roles: readonly string[], json: true | undefined): Promise<void> {
  await withServices(async (services) => {
    const { roleAssignment, serviceAccounts } = services
    const account = await serviceAccounts.create(name, noRequest, (transaction, id) =>
      roleAssignment.addTo(transaction, id, roles),
    )
    await printUser(services, account, json)
  })
}

function collect(role: string, all: readonly string[] = []): readonly string[] {
  return [...all, role]
}

async function create(
  { registration, roleAssignment }: Services,
  account: NewAccountInput,
  { secret, hints, roles }: { secret: string | undefined; hints: HashHints | null; roles: readonly string[] },
): Promise<Registered> {
  const onCreated: OnCreated = (transaction, id) => roleAssignment.addTo(transaction, id, roles)
  if (hints !== null) {
    const hash = { passwordHash: secret ?? '', hints }
    return await registration.import(account, hash, commandLine, onCreated)
  }
  const input = secret === undefined ? account : { ...account, password: secret }
  return await registration.create(input, commandLine, onCreated)
}
