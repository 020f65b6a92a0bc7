import { Command } from 'commander'
import { endpointsMax } from '../../features/integration/webhooks/endpoints/model.ts'
import { webhookView } from '../../features/integration/webhooks/endpoints/schema.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'

export function listWebhooksCommand(): Command {
  return new Command('list')
    .description('List webhooks with their status and what waits, newest first.')
    .option('--json', 'print JSON')
    .action(async ({ json }: { json?: true }) => {
      const page = { before: null, limit: endpointsMax }
      const found = await withServices(({ webhooks }) => webhooks.list(page))
      const views = found.map(webhookView)
      if (json === true) printJson(views)
      else
        printTable(
          ['id', 'status', 'waiting', 'dead', 'url'],
          views.map(({ id, status, waiting, dead, url }) => [id, status, String(waiting), String(dead), url]),
        )
    })
}
