import { Command } from 'commander'
import { listApiKeysCommand } from './list.ts'
import { revokeApiKeyCommand } from './revoke.ts'

export function apiKeysCommand(): Command {
  const command = new Command('api-keys')
  for (const verb of [listApiKeysCommand, revokeApiKeyCommand]) command.addCommand(verb())
  return command
}
