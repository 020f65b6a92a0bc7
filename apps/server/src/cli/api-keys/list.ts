import { Command } from 'commander'
import { keysOfAccountMax } from '../../features/authenticators/api-keys/model.ts'
import { type ApiKeyView, apiKeyView } from '../../features/authenticators/api-keys/schema.ts'
import { printJson, printTable } from '../output.ts'
import { findAccount } from '../users/find-account.ts'
import { withServices } from '../with-services.ts'

const heads = ['id', 'name', 'permissions', 'networks', 'expires', 'last used']

export function listApiKeysCommand(): Command {
  return new Command('list')
    .description('List the API keys of an account, newest first. Never shows a secret.')
    .argument('<identifier>', 'id, username, email or phone number')
    .option('--json', 'print JSON')
    .action(async (identifier: string, { json }: { json?: true }) => {
      const keys = await withServices(async (services) => {
        const { id } = await findAccount(services, identifier)
        return await services.apiKeys.list(id, { before: null, limit: keysOfAccountMax })
      })
      const views = keys.map(apiKeyView)
      if (json === true) printJson(views)
      else printTable(heads, views.map(cells))
    })
}

function cells(key: ApiKeyView): string[] {
  return [
    key.id,
    key.name,
    key.permissions.join(' ') || '-',
    key.allowed_networks.join(' ') || 'everywhere',
    key.expires_at,
    key.last_used_at ?? 'never',
  ]
}
