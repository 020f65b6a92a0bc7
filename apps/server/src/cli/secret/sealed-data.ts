import type { Services } from '../../app/wire.ts'
import type { ResealStep } from '../../platform/crypto/sealing.ts'
import type { Tables } from '../../platform/database/tables.ts'

/** The sealed values of one table. */
export interface SealedData {
  readonly table: keyof Tables
  /** Seals the next page again, or only counts it. */
  reseal(page: { readonly after: string | null; readonly dryRun: boolean }): Promise<ResealStep>
}

/**
 * Everything that the master secret seals; a test compares it with the columns. The signing keys come last, because a
 * server with only the current secret can start as soon as they are done.
 */
export function sealedDataOf(services: Services): readonly SealedData[] {
  const { privateDetails, profiles, federationFlows, idempotency, outbox, keys, sessions, totp, webhooks } =
    services
  return [
    { table: 'accounts', reseal: (page) => privateDetails.reseal(page) },
    { table: 'profiles', reseal: (page) => profiles.reseal(page) },
    { table: 'idempotency_keys', reseal: (page) => idempotency.reseal(page) },
    { table: 'federation_flows', reseal: (page) => federationFlows.reseal(page) },
    { table: 'totp_secrets', reseal: (page) => totp.reseal(page) },
    { table: 'sessions', reseal: (page) => sessions.reseal(page) },
    { table: 'messages', reseal: (page) => outbox.reseal(page) },
    { table: 'webhook_endpoints', reseal: (page) => webhooks.reseal(page) },
    { table: 'signing_keys', reseal: (page) => keys.reseal(page) },
  ]
}
