import type { Services } from '../wire.ts'

/** The expiring rows of a feature. */
export interface Purge {
  readonly name: string
  /**
   * Deletes expired rows.
   * @returns the number of deleted rows, at most `limit`
   */
  purge(limit: number): Promise<number>
}

type Expiring = Pick<
  Services,
  | 'activity'
  | 'auditRetention'
  | 'checkpoints'
  | 'sessions'
  | 'challenges'
  | 'recoveryMarks'
  | 'newSignIns'
  | 'trustedDevices'
  | 'openIdEntries'
  | 'passkeyCeremonies'
  | 'federationFlows'
  | 'apiKeys'
  | 'codes'
  | 'contactChangeRequests'
  | 'formerContacts'
  | 'revocations'
  | 'clients'
  | 'identifiers'
  | 'guesses'
  | 'idempotency'
  | 'outbox'
  | 'messageCaps'
  | 'bounces'
  | 'pictures'
  | 'deletions'
  | 'unconfirmedAccounts'
  | 'servers'
  | 'webhooks'
  | 'webhookOperations'
  | 'userJobs'
>

/** Every kind of expiring row. If you add a kind, add a line here. */
export function purgesOf({
  activity,
  auditRetention,
  checkpoints,
  sessions,
  challenges,
  recoveryMarks,
  newSignIns,
  trustedDevices,
  openIdEntries,
  passkeyCeremonies,
  federationFlows,
  apiKeys,
  codes,
  contactChangeRequests,
  formerContacts,
  revocations,
  clients,
  identifiers,
  guesses,
  idempotency,
  outbox,
  messageCaps,
  bounces,
  pictures,
  deletions,
  unconfirmedAccounts,
  servers,
  webhooks,
  webhookOperations,
  userJobs,
}: Expiring): readonly Purge[] {
  return [
    { name: 'sessions', purge: (limit) => sessions.purge(limit) },
    { name: 'sign-in challenges', purge: (limit) => challenges.purge(limit) },
    { name: 'trusted devices', purge: (limit) => trustedDevices.purge(limit) },
    { name: 'recovery marks', purge: (limit) => recoveryMarks.purge(limit) },
    { name: 'places of sign-ins', purge: (limit) => newSignIns.purge(limit) },
    { name: 'sign-ins to applications', purge: (limit) => openIdEntries.purge(limit) },
    { name: 'passkey ceremonies', purge: (limit) => passkeyCeremonies.purge(limit) },
    { name: 'sign-ins with providers', purge: (limit) => federationFlows.purge(limit) },
    { name: 'API keys', purge: (limit) => apiKeys.purge(limit) },
    { name: 'codes', purge: (limit) => codes.purge(limit) },
    { name: 'contact changes', purge: (limit) => contactChangeRequests.purge(limit) },
    { name: 'former contacts', purge: (limit) => formerContacts.purge(limit) },
    { name: 'revocations', purge: (limit) => revocations.purge(limit) },
    { name: 'client assertions', purge: (limit) => clients.purge(limit) },
    { name: 'held usernames', purge: (limit) => identifiers.purge(limit) },
    { name: 'guess budgets', purge: (limit) => guesses.purge(limit) },
    { name: 'known clients', purge: (limit) => guesses.purgeClients(limit) },
    { name: 'idempotency keys', purge: (limit) => idempotency.purge(limit) },
    { name: 'messages', purge: (limit) => outbox.purge(limit) },
    { name: 'message counts', purge: (limit) => messageCaps.purge(limit) },
    { name: 'bounced addresses', purge: (limit) => bounces.purge(limit) },
    { name: 'orphaned pictures', purge: (limit) => pictures.purge(limit) },
    { name: 'ended servers', purge: (limit) => servers.purge(limit) },
    { name: 'user jobs', purge: (limit) => userJobs.purge(limit) },
    { name: 'activity of people', purge: (limit) => activity.purge(limit) },
    { name: 'audit events', purge: (limit) => auditRetention.purge(limit) },
    { name: 'checkpoints', purge: (limit) => checkpoints.purge(limit) },
    { name: 'finished webhook deliveries', purge: (limit) => webhookOperations.purge(limit) },
    { name: 'deleted webhooks', purge: (limit) => webhooks.purge(limit) },
    { name: 'unconfirmed accounts', purge: (limit) => unconfirmedAccounts.purge(limit) },
    { name: 'deleted accounts', purge: (limit) => deletions.purge(limit) },
  ]
}
