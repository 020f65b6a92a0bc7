import { Command } from 'commander'
import { listWebhooksCommand } from './list.ts'
import { pingWebhookCommand } from './ping.ts'
import { replayWebhookCommand } from './replay.ts'

export function webhooksCommand(): Command {
  const command = new Command('webhooks')
  for (const verb of [listWebhooksCommand, pingWebhookCommand, replayWebhookCommand])
    command.addCommand(verb())
  return command
}
