import { Command } from 'commander'
import { clientDetailsView } from '../../features/administration/clients/schema.ts'
import type { ClientId } from '../../platform/kernel/ids.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'
import { fieldRows } from './fields.ts'
import { readClientId } from './list.ts'

export function showClientCommand(): Command {
  return new Command('show')
    .description('Show a client and when its secrets were made. No one can see the secrets again.')
    .argument('<id>', 'the id of the client', readClientId)
    .option('--json', 'print JSON')
    .action(async (id: ClientId, { json }: { json?: true }) => {
      const view = clientDetailsView(
        await withServices(({ clientAdministration }) => clientAdministration.show(id)),
      )
      const secrets = view.secrets.map((secret) => `${secret.id} (${secret.created_at})`)
      if (json === true) printJson(view)
      else printTable(['field', 'value'], fieldRows({ ...view, secrets }))
    })
}
