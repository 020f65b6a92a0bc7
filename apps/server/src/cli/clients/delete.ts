import { Command } from 'commander'
import { operator } from '../../features/authorization/roles/model.ts'
import type { ClientId } from '../../platform/kernel/ids.ts'
import { confirm } from '../confirm.ts'
import { print, printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { readClientId } from './list.ts'

export function deleteClientCommand(): Command {
  return new Command('delete')
    .description('Delete a client. Its secrets and its tokens stop working at once.')
    .argument('<id>', 'the id of the client', readClientId)
    .option('--yes', 'do not ask; required without a terminal')
    .option('--json', 'print JSON')
    .action(async (id: ClientId, { json, yes }: { json?: true; yes?: true }) => {
      await confirm(`Delete the client ${id}?`, { yes })
      await withServices(({ clientAdministration }) => clientAdministration.delete(id, operator))
      if (json === true) printJson({ id, deleted: true })
      else print(`deleted ${id}\n`)
    })
}
