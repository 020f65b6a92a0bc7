import { Command } from 'commander'
import { Failure, type Problem } from '../../platform/kernel/failures.ts'
import { print, printJson } from '../output.ts'
import { withServices } from '../with-services.ts'
import { readWebhookId } from './webhook-id.ts'

const notDelivered: Problem = {
  code: 'webhook_not_delivered',
  kind: 'unavailable',
  title: 'The message was not delivered',
  advice: 'Check the URL of the webhook and its receiver. docs/guides/webhooks.md explains each reason.',
}

export function pingWebhookCommand(): Command {
  return new Command('ping')
    .description('Send a test message to a webhook now.')
    .argument('<id>', 'the id of the webhook')
    .option('--json', 'print JSON')
    .action(async (text: string, { json }: { json?: true }) => {
      const id = readWebhookId(text)
      const error = await withServices(({ webhookOperations }) => webhookOperations.ping(id))
      if (error !== null)
        throw new Failure(notDelivered, {
          detail: `The message was not delivered: ${error}. ${notDelivered.advice}`,
        })
      if (json === true) printJson({ delivered: true })
      else print('The receiver has accepted the message.\n')
    })
}
