import { Command } from 'commander'
import type { ClientAdministration } from '../../features/administration/clients/service.ts'
import { operator } from '../../features/authorization/roles/model.ts'
import type { ClientId, ClientSecretId } from '../../platform/kernel/ids.ts'
import { print, printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'
import { readClientId } from './list.ts'

interface Options {
  readonly finish?: true
  readonly json?: true
}

export function rotateClientSecretCommand(): Command {
  return new Command('rotate-secret')
    .summary('Replace the secret of a client.')
    .description(
      'Replace the secret of a client without an interruption. First, the command adds a secret, which it prints only this once: give it to the program. Both secrets work. Then call it again with --finish, which deletes the older one.',
    )
    .argument('<id>', 'the id of the client', readClientId)
    .option('--finish', 'delete all secrets but the newest')
    .option('--json', 'print JSON')
    .action(async (id: ClientId, { finish, json }: Options) => {
      await (finish === true ? finishRotation(id, json) : addSecret(id, json))
    })
}

async function addSecret(id: ClientId, json: true | undefined): Promise<void> {
  const added = await withServices(({ clientAdministration }) =>
    clientAdministration.addSecret(id, operator, null),
  )
  const view = { id: added.id, client_secret: added.secret, created_at: added.createdAt.toISOString() }
  if (json === true) printJson(view)
  else printTable(['field', 'value'], Object.entries(view))
}

async function finishRotation(id: ClientId, json: true | undefined): Promise<void> {
  const deleted = await withServices(({ clientAdministration }) => deleteOlder(clientAdministration, id))
  if (json === true) printJson({ deleted })
  else print(deleted.length === 0 ? 'there is no older secret\n' : `deleted ${deleted.join(', ')}\n`)
}

/** The last one is the newest. It stays. */
async function deleteOlder(
  administration: Pick<ClientAdministration, 'deleteSecret' | 'show'>,
  id: ClientId,
): Promise<ClientSecretId[]> {
  const { secrets } = await administration.show(id)
  const older = secrets.slice(0, -1).map((secret) => secret.id)
  for (const each of older) await administration.deleteSecret(id, each, operator)
  return older
}
