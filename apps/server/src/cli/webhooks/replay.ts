import { Command, InvalidArgumentError } from 'commander'
import type { Services } from '../../app/wire.ts'
import type { Replay } from '../../features/integration/webhooks/deliveries/model.ts'
import type { WebhookId } from '../../platform/kernel/ids.ts'
import { noRequest } from '../../platform/kernel/request-context.ts'
import { print, printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { readWebhookId } from './webhook-id.ts'

interface Options {
  readonly since?: Date
  readonly json?: true
}

export function replayWebhookCommand(): Command {
  return new Command('replay')
    .description('Send events again that were given up, or everything since a time, with the same ids.')
    .argument('<id>', 'the id of the webhook')
    .option('--since <time>', 'such as 2026-11-21T09:30:00Z', readTime)
    .option('--json', 'print JSON')
    .action(async (text: string, { since, json }: Options) => {
      const id = readWebhookId(text)
      const replay: Replay = since === undefined ? { eventId: null } : { since }
      const replayed = await withServices((services) => replayAll(services, id, replay))
      if (json === true) printJson({ replayed })
      else if (replayed === null) print('A running server now sends the events again.\n')
      else print(`${replayed} events wait to be sent again.\n`)
    })
}

async function replayAll(
  { webhookOperations }: Services,
  id: WebhookId,
  replay: Replay,
): Promise<number | null> {
  let total: number | null = null
  for (let isMore = true; isMore; ) {
    const result = await webhookOperations.replay(id, replay, noRequest)
    if (result.replayed !== null) total = (total ?? 0) + result.replayed
    isMore = result.isMore
  }
  return total
}

function readTime(text: string): Date {
  const time = new Date(text)
  if (!/^\d{4}-\d\d-\d\dT/.test(text) || Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('Give a time such as 2026-11-21T09:30:00Z.')
  return time
}
