import { Command, InvalidArgumentError } from 'commander'
import { fullScope } from '../../features/administration/clients/model.ts'
import { clientView } from '../../features/administration/clients/schema.ts'
import type { Client } from '../../features/authorization/clients/model.ts'
import { type ClientId, isId } from '../../platform/kernel/ids.ts'
import { limitMax, readLimit } from '../limit-option.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'

interface Options {
  readonly limit: number
  readonly after?: ClientId
  readonly json?: true
}

export function listClientsCommand(): Command {
  return new Command('list')
    .description('List clients, oldest first.')
    .option('--limit <number>', `the maximum number, 1 to ${limitMax}`, readLimit, 50)
    .option('--after <id>', 'start after this client', readClientId)
    .option('--json', 'print JSON')
    .action(async ({ limit, after, json }: Options) => {
      const page = { after: after ?? null, limit }
      const clients = await withServices(({ clientAdministration }) => clientAdministration.list(page))
      if (json === true) printJson(clients.map(clientView))
      else printTable(['id', 'name', 'grants', 'scope', 'authentication'], clients.map(rowOf))
    })
}

function rowOf(client: Client): string[] {
  const { id, name, grantTypes, authMethod } = client
  return [id, name, grantTypes.join(' '), fullScope(client) || '-', authMethod]
}

export function readClientId(text: string): ClientId {
  if (!isId<ClientId>(text)) throw new InvalidArgumentError('Give the id of a client.')
  return text
}
