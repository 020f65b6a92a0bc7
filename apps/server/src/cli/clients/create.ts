import { readFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { createdClientView } from '../../features/administration/clients/schema.ts'
import {
  type AuthMethod,
  authMethods,
  deviceCodeGrant,
  tokenExchangeGrant,
} from '../../features/authorization/clients/model.ts'
import { operator } from '../../features/authorization/roles/model.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'
import { type ApplicationOptions, addApplicationOptions, applicationInput } from './application-options.ts'
import { fieldRows } from './fields.ts'

/** The grants by names that someone can type. */
const grantsByName = {
  authorization_code: 'authorization_code',
  client_credentials: 'client_credentials',
  refresh_token: 'refresh_token',
  password: 'password',
  device_code: deviceCodeGrant,
  token_exchange: tokenExchangeGrant,
} as const
type GrantName = keyof typeof grantsByName
const grantNames = Object.keys(grantsByName)

interface Options extends ApplicationOptions {
  readonly name: string
  readonly role?: readonly string[]
  readonly scope?: readonly string[]
  readonly grant?: readonly GrantName[]
  readonly authMethod?: AuthMethod
  readonly jwks?: string
  readonly json?: true
}

export function createClientCommand(): Command {
  const command = new Command('create')
    .summary('Create a client.')
    .description(
      'Create a client. With --redirect-uri, people sign in to it. Otherwise it gets a service account with the given roles, and acts for it. The command prints the secret only this once.',
    )
    .requiredOption('--name <text>', 'what you call the client')
    .option('--role <names...>', 'the roles of its service account')
    .option(
      '--scope <permissions...>',
      'what it may ask for, such as openid, profile, email, and permissions; all of its roles by default',
    )
    .addOption(new Option('--grant <names...>', 'how it gets tokens').choices(grantNames))
    .addOption(new Option('--auth-method <name>', 'how it proves who it is').choices(authMethods))
    .option('--jwks <file>', 'a JWK Set with its public keys, for private_key_jwt')
  return addApplicationOptions(command)
    .option('--json', 'print JSON')
    .action(async ({ name, role, scope, grant, authMethod, jwks, json, ...application }: Options) => {
      const input = {
        ...applicationInput(application),
        name,
        ...(role && { roles: role }),
        ...(scope && { scope: scope.join(' ') }),
        ...(grant && { grantTypes: grant.map((each) => grantsByName[each]) }),
        ...(authMethod && { authMethod }),
        ...(jwks !== undefined && { jwks: await readKeySet(jwks) }),
      }
      const created = await withServices(({ clientAdministration }) =>
        clientAdministration.create(input, operator),
      )
      const view = createdClientView(created)
      if (json === true) printJson(view)
      else printTable(['field', 'value'], fieldRows(view))
    })
}

async function readKeySet(path: string): Promise<{ readonly keys: readonly unknown[] }> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new InvalidArgumentError(`Could not read the file ${path}.`)
  })
  const set: unknown = parseJson(text)
  if (typeof set === 'object' && set !== null && 'keys' in set && Array.isArray(set.keys))
    return { keys: set.keys as unknown[] }
  throw new InvalidArgumentError(`The file ${path} is not a JWK Set, such as {"keys": [...]}.`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
