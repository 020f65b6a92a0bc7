import { Command } from 'commander'
import type { MessageSummary } from '../../features/messages/model.ts'
import { limitMax, readLimit } from '../limit-option.ts'
import { printJson, printTable } from '../output.ts'
import { withServices } from '../with-services.ts'
import { sendTestCommand } from './send-test.ts'

export function messagesCommand(): Command {
  return new Command('messages')
    .option('--limit <number>', `the maximum number, 1 to ${limitMax}`, readLimit, 20)
    .option('--json', 'print JSON')
    .action(async ({ limit, json }: { limit: number; json?: true }) => {
      const messages = await withServices((services) => services.outbox.list(limit))
      if (json === true) printJson(messages.map(toJson))
      else
        printTable(
          ['created', 'channel', 'template', 'state', 'attempts', 'last error', 'id'],
          messages.map(toRow),
        )
    })
    .addCommand(sendTestCommand())
}

function toJson({ id, channel, template, state, attempts, error, createdAt }: MessageSummary) {
  return { id, channel, template, state, attempts, error, created_at: createdAt.toISOString() }
}

function toRow({ id, channel, template, state, attempts, error, createdAt }: MessageSummary): string[] {
  return [createdAt.toISOString(), channel, template, state, String(attempts), error ?? '', id]
}
