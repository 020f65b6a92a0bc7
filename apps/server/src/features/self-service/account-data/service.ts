import type { Database, Tables, Transaction } from '../../../platform/database/tables.ts'
import { clientKey } from '../../../platform/kernel/addresses.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import type { CodesService } from '../../authenticators/codes/service.ts'
import type { OutboxService } from '../../messages/outbox/service.ts'
import type { AuditService } from '../../safeguards/audit/service.ts'
import type { IdempotencyService } from '../../safeguards/idempotency/service.ts'
import type { GuessesService } from '../../safeguards/rate-limits/guesses/service.ts'
import type { RevocationsService } from '../../safeguards/revocations/service.ts'
import type { SessionsService } from '../../session-management/sessions/service.ts'
import type { IdentifiersService } from '../../users/accounts/identifiers/service.ts'
import { guessSubjectOf } from '../../users/accounts/model.ts'
import type { PicturesService } from '../../users/pictures/service.ts'
import type { ExportFile, ExportRule } from './model.ts'

/** An account that is being erased. */
export interface ErasedAccount {
  readonly accountId: AccountId
  /** What the audit trail says of the receipt, and of nothing else; null if there is none. */
  readonly receipt: string | null
}

/** Work for after the commit, such as deleting files; undefined if there is none. */
export type AfterCommit = ((db: Database) => Promise<void>) | undefined

/** Implemented by webhooks, which come later in the reading order. */
export interface ErasureAnnouncements {
  /** Notifies other services that the account is erased, so that they can delete what they have. */
  announceErasure(transaction: Transaction, accountId: AccountId): Promise<void>
}

/** The data that one feature stores about an account. */
export interface AccountData {
  readonly tables: readonly (keyof Tables)[]
  readonly exported: ExportRule
  /** The files that the export adds to its archive. */
  files?(accountId: AccountId): Promise<readonly ExportFile[]>
  /** Erases the data that the database does not delete together with the account's row. */
  readonly erase?: (transaction: Transaction, account: ErasedAccount) => Promise<AfterCommit>
}

export interface AccountDataOwners {
  readonly audit: Pick<AuditService, 'addressesOf' | 'forget' | 'forgetLate'>
  readonly codes: Pick<CodesService, 'cancelAll'>
  readonly guesses: Pick<GuessesService, 'forget'>
  readonly identifiers: Pick<IdentifiersService, 'typedSubjects'>
  readonly idempotency: Pick<IdempotencyService, 'forget'>
  readonly outbox: Pick<OutboxService, 'forget'>
  readonly pictures: Pick<PicturesService, 'exportFiles' | 'prepareErasure'>
  readonly revocations: Pick<RevocationsService, 'forget'>
  readonly sessions: Pick<SessionsService, 'endAll'>
  readonly webhookEvents: ErasureAnnouncements
  /** The figures, which come later in the reading order. */
  readonly activity: { forget(transaction: Transaction, accountId: AccountId): Promise<void> }
  /** The jobs of administrators, which come later in the reading order. */
  readonly jobs: { forget(transaction: Transaction, accountId: AccountId): Promise<void> }
}

/**
 * All stored data about an account, in the order of erasure. The export and the erasure both use this list. A test
 * compares it with the tables, so that no feature's data can be forgotten.
 */
export function accountDataOf(owners: AccountDataOwners): readonly AccountData[] {
  const { activity, codes, idempotency, jobs, outbox, pictures, revocations, sessions, webhookEvents } =
    owners
  return [
    {
      tables: ['accounts', 'username_skeletons', 'account_terms', 'account_roles'],
      exported: { member: 'account' },
    },
    { tables: ['profiles'], exported: { member: 'profile' } },
    { tables: ['external_ids'], exported: { member: 'external_ids' } },
    {
      tables: ['clients', 'client_applications', 'client_secrets'],
      exported: { leftOut: 'only a service account has one' },
    },
    { tables: ['consents'], exported: { member: 'consents' } },
    { tables: ['passwords', 'user_secrets'], exported: { member: 'credentials' } },
    { tables: ['passkeys', 'totp_secrets', 'recovery_codes'], exported: { member: 'factors' } },
    {
      tables: ['passkey_ceremonies'],
      exported: { leftOut: 'random values that an authenticator has been asked to sign, for five minutes' },
    },
    {
      tables: ['sign_in_challenges'],
      exported: { leftOut: 'sign-ins that wait for a second factor, for five minutes' },
    },
    { tables: ['trusted_devices'], exported: { member: 'trusted_devices' } },
    {
      tables: ['recovery_marks'],
      exported: { leftOut: 'by which contact it was recovered, for a day; the events show each recovery' },
    },
    {
      tables: ['sign_in_places'],
      exported: { leftOut: 'keyed digests of devices and networks; the events show each sign-in' },
    },
    { tables: ['linked_accounts'], exported: { member: 'linked_accounts' } },
    {
      tables: ['federation_flows'],
      exported: { leftOut: 'sign-ins with another provider that are under way, for ten minutes' },
    },
    {
      tables: ['openid_entries'],
      exported: { leftOut: 'sign-ins to applications that are not finished, and what a session has granted' },
    },
    { tables: ['api_keys'], exported: { member: 'api_keys' } },
    {
      tables: ['codes'],
      exported: { leftOut: 'keyed digests of codes; the messages show when each was sent' },
      erase: (transaction, { accountId }) => done(codes.cancelAll(transaction, accountId)),
    },
    {
      tables: ['contact_changes'],
      exported: {
        leftOut: 'contacts that no one has confirmed within an hour; the events show each request',
      },
    },
    {
      tables: ['former_contacts'],
      exported: {
        leftOut: 'kept for days so that a change can be undone; the events show each former contact',
      },
    },
    { tables: ['deletions'], exported: { leftOut: 'the events show every deletion' } },
    {
      tables: ['pictures', 'picture_files'],
      exported: { member: 'profile' },
      files: (accountId) => pictures.exportFiles(accountId),
      erase: (transaction, { accountId }) => pictures.prepareErasure(transaction, accountId),
    },
    {
      tables: ['sessions'],
      exported: { member: 'sessions' },
      erase: (transaction, { accountId }) => done(sessions.endAll(transaction, accountId)),
    },
    {
      tables: ['revocations'],
      exported: { leftOut: 'the events show every revocation; these rows last for days' },
      erase: (transaction, { accountId }) => done(revocations.forget(transaction, accountId)),
    },
    {
      tables: ['idempotency_keys'],
      exported: { leftOut: 'sealed copies of answers that the owner already received' },
      erase: (transaction, { accountId }) => done(idempotency.forget(transaction, accountId)),
    },
    {
      tables: ['messages'],
      exported: { member: 'messages' },
      erase: (transaction, { accountId }) => done(outbox.forget(transaction, accountId)),
    },
    {
      tables: ['message_counts'],
      exported: { leftOut: 'digests, which identify no one' },
      // Nearly all end within a day. They must outlive the account: otherwise anyone could have a message sent to an
      // address as often as they register it and delete the account again (A88).
      erase: async () => undefined,
    },
    {
      tables: ['bounced_addresses'],
      exported: { leftOut: 'keyed digests of addresses, which belong to no account' },
      // Deleted after 90 days. They must outlive the account: otherwise a new account with the same address would have
      // messages sent there again.
      erase: async () => undefined,
    },
    {
      tables: ['webhook_deliveries'],
      exported: { leftOut: 'what other services were notified of; the events show all of it' },
      // The announcement itself names the account by its id, until the last service has it.
      erase: (transaction, { accountId }) => done(webhookEvents.announceErasure(transaction, accountId)),
    },
    {
      tables: ['guess_budgets', 'known_clients'],
      exported: { leftOut: 'digests, which identify no one' },
      erase: (transaction, { accountId }) => done(forgetAllGuesses(owners, transaction, accountId)),
    },
    { tables: ['suspensions'], exported: { leftOut: 'the events show every suspension' } },
    {
      tables: ['user_jobs', 'user_job_items'],
      exported: { leftOut: 'the events show what was done to the account, alone or with others' },
      erase: (transaction, { accountId }) => done(jobs.forget(transaction, accountId)),
    },
    auditTrail(owners),
    // After the audit trail, which locks the chain: until then, the sealing may still count a sign-in.
    {
      tables: ['account_activity'],
      exported: { leftOut: 'which days count the account as active; the events and the sessions show more' },
      erase: (transaction, { accountId }) => done(activity.forget(transaction, accountId)),
    },
  ]
}

/** Must come after the guesses, because the erasure of the guesses reads the addresses in the audit trail. */
function auditTrail({ audit }: Pick<AccountDataOwners, 'audit'>): AccountData {
  return {
    tables: ['audit_events', 'audit_people'],
    exported: { member: 'events' },
    erase: async (transaction, { accountId, receipt }) => {
      const target = receipt && `receipt:${receipt}`
      await audit.forget(transaction, accountId, { target, context: noRequest })
      // Repeated after the commit: a request that read the account earlier may have recorded another event.
      return async (db) => await audit.forgetLate(db, accountId, target)
    },
  }
}

/** Deletes every count of wrong guesses at the account, and its known clients. */
async function forgetAllGuesses(
  owners: Pick<AccountDataOwners, 'audit' | 'guesses' | 'identifiers'>,
  transaction: Transaction,
  accountId: AccountId,
): Promise<void> {
  await owners.guesses.forget(transaction, await forgottenSubject(owners, transaction, accountId))
}

/**
 * Deletes the counts of wrong guesses at the password and at codes that were sent, and the known clients. Those at second
 * factors stay: someone who reads the mailbox could otherwise start their count again with each new password (A95, NIST SP
 * 800-63B-4 §3.2.2).
 */
export async function forgetGuesses(
  owners: Pick<AccountDataOwners, 'audit' | 'guesses' | 'identifiers'>,
  transaction: Transaction,
  accountId: AccountId,
): Promise<void> {
  const forgotten = await forgottenSubject(owners, transaction, accountId)
  await owners.guesses.forget(transaction, { ...forgotten, keepsSecondFactors: true })
}

async function forgottenSubject(
  { audit, identifiers }: Pick<AccountDataOwners, 'audit' | 'identifiers'>,
  transaction: Transaction,
  accountId: AccountId,
) {
  const addresses = await audit.addressesOf(transaction, accountId)
  const clientKeys = [...new Set(addresses.map(clientKey))]
  const typed = await identifiers.typedSubjects(transaction, accountId)
  return { subject: guessSubjectOf(accountId), typed, clientKeys }
}

/** Wraps an erasure that needs no work after the commit. */
async function done(erasing: Promise<void>): Promise<AfterCommit> {
  await erasing
  return undefined
}
