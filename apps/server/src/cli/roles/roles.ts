import { Command } from 'commander'
import { roleView } from '../../features/authorization/roles/definitions/schema.ts'
import { operator, type Role, rolesOfServerMax } from '../../features/authorization/roles/model.ts'
import { confirm } from '../confirm.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'

interface Options {
  readonly description?: string
  readonly permission?: readonly string[]
  readonly json?: true
}

const nameForm = '1 to 32 lower-case letters, digits, "_" and "-", such as "support"'

export function rolesCommand(): Command {
  const command = new Command('roles')
  for (const each of [listCommand, createCommand, changeCommand, deleteCommand]) command.addCommand(each())
  return command
}

function listCommand(): Command {
  return new Command('list')
    .description('List all roles and their permissions, by name.')
    .option('--json', 'print JSON')
    .action(async ({ json }: Options) => {
      const page = { after: '', limit: rolesOfServerMax }
      const roles = await withServices(({ roleDefinitions }) => roleDefinitions.list(page))
      if (json === true) printJson(roles.map(roleView))
      else printRoles(roles)
    })
}

function createCommand(): Command {
  return withFields(new Command('create'))
    .description('Create a role: a named set of permissions.')
    .argument('<name>', nameForm)
    .action(async (name: string, options: Options) => {
      const input = { name, ...fieldsOf(options) }
      const role = await withServices(({ roleDefinitions }, db) =>
        roleDefinitions.create(db, input, operator),
      )
      printRole(role, options)
    })
}

function changeCommand(): Command {
  return withFields(new Command('change'))
    .summary('Change a role.')
    .description(
      'Change a role. The permissions that you give replace those that it has. Everyone who has the role has the new permissions at once.',
    )
    .argument('<name>', 'the name of the role')
    .action(async (name: string, options: Options) => {
      const patch = fieldsOf(options)
      const role = await withServices(({ roleDefinitions }) => roleDefinitions.update(name, patch, operator))
      printRole(role, options)
    })
}

function deleteCommand(): Command {
  return new Command('delete')
    .description('Delete a role, and take it from every account that has it.')
    .argument('<name>', 'the name of the role')
    .option('--yes', 'do not ask; required without a terminal')
    .option('--json', 'print JSON')
    .action(async (name: string, { json, yes }: { json?: true; yes?: true }) => {
      await withServices(async ({ roleDefinitions }) => {
        await roleDefinitions.get(name)
        await confirm(`Delete the role ${name}, and take it from every account?`, { yes })
        await roleDefinitions.delete(name, operator)
      })
      if (json === true) printJson({ name, deleted: true })
      else process.stdout.write(`deleted ${name}\n`)
    })
}

function withFields(command: Command): Command {
  const collect = (permission: string, all: readonly string[] = []) => [...all, permission]
  return command
    .option('--description <text>', 'what the role is for')
    .option('--permission <name>', 'such as users:read or moments:publish; give it once for each', collect)
    .option('--json', 'print JSON')
}

function fieldsOf({ description, permission }: Options) {
  return {
    ...(description !== undefined && { description }),
    ...(permission !== undefined && { permissions: permission }),
  }
}

function printRole(role: Role, { json }: Options): void {
  if (json === true) printJson(roleView(role))
  else printRoles([role])
}

function printRoles(roles: readonly Role[]): void {
  printTable(
    ['name', 'permissions', 'description'],
    roles.map(({ name, permissions, description }) => [
      name,
      permissions.join(' ') || '-',
      description ?? '-',
    ]),
  )
}
