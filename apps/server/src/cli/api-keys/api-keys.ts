import { Command } from 'commander'
import { listApiKeysCommand } from './list.ts'
import { revokeApiKeyCommand } from './revoke.ts'

export function apiKeysCommand(): Command {
  const command = new Command('api-keys').description(
    'List and revoke the API keys with which programs call for an account.',
  )
  for (const verb of [listApiKeysCommand, revokeApiKeyCommand]) command.addCommand(verb())
  return command
}
