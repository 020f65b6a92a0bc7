import { readFile } from 'node:fs/promises'
import { Command, InvalidArgumentError, Option } from 'commander'
import { createdClientView } from '../../features/administration/clients/schema.ts'
import {
  type AuthMethod,
  authMethods,
  type GrantType,
  grantTypes,
} from '../../features/authorization/clients/model.ts'
import { operator } from '../../features/authorization/roles/model.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'

interface Options {
  readonly name: string
  readonly role?: readonly string[]
  readonly scope?: readonly string[]
  readonly grant?: readonly GrantType[]
  readonly authMethod?: AuthMethod
  readonly jwks?: string
  readonly json?: true
}

export function createClientCommand(): Command {
  return new Command('create')
    .summary('Create a client.')
    .description(
      'Create a client. It gets a service account with the given roles, and acts for it. The command prints the secret only this once.',
    )
    .requiredOption('--name <text>', 'what you call the client')
    .option('--role <names...>', 'the roles of its service account')
    .option(
      '--scope <permissions...>',
      'the permissions that its tokens may have; all of its roles by default',
    )
    .addOption(new Option('--grant <names...>', 'how it gets tokens').choices(grantTypes))
    .addOption(new Option('--auth-method <name>', 'how it proves who it is').choices(authMethods))
    .option('--jwks <file>', 'a JWK Set with its public keys, for private_key_jwt')
    .option('--json', 'print JSON')
    .action(async ({ name, role, scope, grant, authMethod, jwks, json }: Options) => {
      const input = {
        name,
        ...(role && { roles: role }),
        ...(scope && { scope: scope.join(' ') }),
        ...(grant && { grantTypes: grant }),
        ...(authMethod && { authMethod }),
        ...(jwks !== undefined && { jwks: await readKeySet(jwks) }),
      }
      const created = await withServices(({ clientAdministration }) =>
        clientAdministration.create(input, operator),
      )
      const view = createdClientView(created)
      if (json === true) printJson(view)
      else printTable(['field', 'value'], rowsOf(view))
    })
}

function rowsOf(view: ReturnType<typeof createdClientView>): string[][] {
  const shown = Object.entries(view).filter(([field]) => field !== 'id')
  return shown.map(([field, value]) => [field, typeof value === 'string' ? value || '-' : textOf(value)])
}

function textOf(value: unknown): string {
  if (value === null) return '-'
  return Array.isArray(value) ? value.join(', ') || '-' : JSON.stringify(value)
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
