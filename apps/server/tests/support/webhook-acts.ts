import type { Services } from '../../src/app/wire.ts'
import { eventTypes } from '../../src/features/integration/webhooks/events/model.ts'
import { inTransaction } from '../../src/platform/database/transactions.ts'
import type { WebhookId } from '../../src/platform/kernel/ids.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'

/** Acts on a new webhook, and says what the audit trail must hold: webhooks belong to no account. */
function onWebhook(act: (services: Services, id: WebhookId) => Promise<unknown>) {
  return async ({ services }: { readonly services: Services }) => {
    const settings = { url: 'https://app.example.org/', description: null, eventTypes }
    const { endpoint } = await inTransaction(services.db, (transaction) =>
      services.webhooks.create(transaction, settings, noRequest),
    )
    await act(services, endpoint.id)
    return { account_id: null, session_id: null }
  }
}

/** One act for each action that is about a webhook. */
export const webhookActs = {
  webhook_creation: onWebhook(async () => undefined),
  webhook_change: onWebhook(({ webhooks }, id) => webhooks.change(id, { state: 'disabled' }, noRequest)),
  webhook_deletion: onWebhook(({ webhooks }, id) => webhooks.delete(id, noRequest)),
  webhook_secret_rotation: onWebhook(({ db, webhooks }, id) =>
    inTransaction(db, (transaction) =>
      webhooks.rotateSecret(transaction, id, { overlapSeconds: 0, context: noRequest }),
    ),
  ),
  webhook_replay: onWebhook(({ webhookOperations }, id) =>
    webhookOperations.replay(id, { since: new Date(0) }, noRequest),
  ),
}
