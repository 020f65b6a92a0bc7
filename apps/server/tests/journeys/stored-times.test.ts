import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tables } from '../../src/platform/database/tables.ts'
import {
  codeLife,
  day,
  freshness,
  guessWait,
  heartbeat,
  hour,
  idleness,
  keyLife,
  messageRetry,
  minute,
  refreshGrace,
  repeatedAnswer,
  type Scenario,
  sessionEnd,
  setupLink,
  undoLife,
  years,
} from '../support/clock-scenarios.ts'
import { pendingChange } from '../support/contact-clock-scenarios.ts'
import { engines, sqlite } from '../support/engines.ts'
import {
  ceremonyLife,
  challengeLife,
  deviceTrust,
  factorFreshness,
  providerFlowLife,
  recoveryMark,
  totpConfirmation,
} from '../support/factor-clock-scenarios.ts'
import { FrozenClock } from '../support/frozen-clock.ts'
import { keyEnd, lastUse } from '../support/key-clock-scenarios.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/test-database.ts'
import { userJobClaim } from '../support/user-job-claim.ts'
import { secretOverlap, webhookRetry } from '../support/webhook-scenarios.ts'
import { wireNode } from '../support/wired-node.ts'

/**
 * How far the clock that stores a time is ahead of the clock that reads it: of another server, or of the same server
 * before its clock was corrected or set back.
 */
const aheadSeconds = {
  'ten years ahead': years,
  'a day ahead': day,
  'an hour ahead': hour,
  'five minutes ahead': 5 * minute,
  'five minutes behind': -5 * minute,
  'a day behind': -day,
}

/** Never compared with the current time. */
const shown = 'shown'
/** Decides only when a row is deleted. A wrong clock keeps it longer or shorter, and lets no one do more. */
const kept = 'kept'
/** Acted on that much later, because acting early could not be undone. */
const late = 'late'

type Column = {
  [Name in keyof Tables]: `${Name}.${Extract<keyof Tables[Name], `${string}at` | `${string}until`> & string}`
}[keyof Tables]

/** A date that an administrator has given. No clock has stored it. */
const given = 'given'

/** The rule of every stored time: a word, or the scenario that proves its bound. */
const rules: Record<
  Exclude<Column, `${string}format`>,
  typeof shown | typeof kept | typeof late | typeof given | Scenario
> = {
  'accounts.email_verified_at': shown,
  'accounts.phone_number_verified_at': shown,
  'accounts.pending_until': late,
  'accounts.created_at': shown,
  'accounts.updated_at': shown,
  'username_skeletons.held_until': late,
  'consents.granted_at': shown,
  'consents.last_used_at': shown,
  'clients.created_at': shown,
  'clients.updated_at': shown,
  'client_secrets.created_at': shown,
  'client_assertions.expires_at': kept,
  'pictures.created_at': shown,
  'roles.created_at': shown,
  'roles.updated_at': shown,
  'setup_links.created_at': setupLink,
  'passwords.changed_at': shown,
  'user_secrets.created_at': shown,
  'api_keys.created_at': shown,
  'api_keys.expires_at': keyEnd,
  'api_keys.last_used_at': lastUse,
  'passkeys.created_at': shown,
  'passkeys.last_used_at': shown,
  'passkeys.restricted_at': shown,
  'passkey_ceremonies.created_at': ceremonyLife,
  'passkey_ceremonies.expires_at': kept,
  'totp_secrets.created_at': totpConfirmation,
  'totp_secrets.last_used_at': shown,
  'recovery_codes.created_at': shown,
  'recovery_marks.recovered_at': recoveryMark,
  'trusted_devices.created_at': deviceTrust,
  'trusted_devices.last_used_at': shown,
  'trusted_devices.expires_at': kept,
  'sign_in_challenges.created_at': challengeLife,
  'sign_in_challenges.expires_at': kept,
  'contact_changes.created_at': pendingChange,
  'contact_changes.expires_at': kept,
  'linked_accounts.created_at': shown,
  'linked_accounts.last_used_at': shown,
  'federation_flows.created_at': providerFlowLife,
  'federation_flows.expires_at': kept,
  'former_contacts.email_verified_at': shown,
  'former_contacts.phone_number_verified_at': shown,
  'former_contacts.changed_at': undoLife,
  'former_contacts.expires_at': kept,
  'codes.created_at': codeLife,
  'codes.expires_at': kept,
  'sessions.authenticated_at': freshness,
  'sessions.second_factor_at': factorFreshness,
  'sessions.created_at': shown,
  'sessions.expires_at': sessionEnd,
  'sessions.last_seen_at': idleness,
  'sessions.refresh_replaced_at': refreshGrace,
  'openid_entries.consumed_at': kept,
  'openid_entries.expires_at': kept,
  'revocations.revoked_at': shown,
  'revocations.expires_at': kept,
  'deletions.deleted_at': shown,
  'deletions.erase_at': late,
  'deletions.restored_at': shown,
  'erased_accounts.deleted_at': shown,
  'erased_accounts.erased_at': shown,
  'signing_keys.created_at': shown,
  'signing_keys.activates_at': keyLife,
  'signing_keys.retires_at': keyLife,
  'guess_budgets.opens_at': guessWait,
  'known_clients.seen_at': kept,
  'sign_in_places.seen_at': kept,
  'idempotency_keys.created_at': repeatedAnswer,
  'audit_events.at': kept,
  'audit_blocks.sealed_at': kept,
  'audit_chain.cut_at': shown,
  'audit_checkpoints.created_at': kept,
  'messages.created_at': messageRetry,
  'messages.due_at': messageRetry,
  'message_counts.ends_at': kept,
  'bounced_addresses.bounced_at': kept,
  'suspensions.suspended_at': shown,
  'suspensions.ends_at': given,
  'user_jobs.created_at': kept,
  'user_jobs.due_at': userJobClaim,
  'user_jobs.finished_at': shown,
  'servers.started_at': shown,
  'statistics.starts_at': shown,
  'statistics_changes.at': shown,
  'account_activity.starts_at': kept,
  'servers.seen_at': heartbeat,
  'webhook_endpoints.previous_secret_until': secretOverlap,
  'webhook_endpoints.created_at': shown,
  'webhook_endpoints.updated_at': shown,
  'webhook_deliveries.occurred_at': shown,
  'webhook_deliveries.owed_at': webhookRetry,
  'webhook_deliveries.due_at': webhookRetry,
  'webhook_deliveries.finished_at': kept,
}

const scenarios = new Set(Object.values(rules).filter((rule): rule is Scenario => typeof rule === 'function'))

it('every stored time has a rule', async () => {
  const database = await createMigratedDatabase(sqlite)
  const tables = await database.db.introspection.getTables()
  const times = tables.flatMap(({ name, columns }) =>
    columns
      .filter((column) => /(^|_)(at|until)$/.test(column.name))
      .map((column) => `${name}.${column.name}`),
  )
  await database.drop()
  expect(new Set(times)).toEqual(new Set(Object.keys(rules)))
})

describe.each(engines)('a time that a wrong clock has stored on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  describe.each(Object.entries(aheadSeconds))('%s', (_name, ahead) => {
    it.each([...scenarios].map((scenario) => [scenario.name, scenario] as const))(
      'is bounded: %s',
      async (_scenario, scenario) => {
        const { db } = database
        const start = new Date(Math.floor(Date.now() / 1_000) * 1_000)
        const rightClock = new FrozenClock(start)
        const wrongClock = new FrozenClock(new Date(start.getTime() + ahead * 1_000))
        await db.deleteFrom('signing_keys').execute()
        const wrong = wireNode({ db, clock: wrongClock })
        const right = wireNode({ db, clock: rightClock })
        await scenario({ db, wrong, right, wrongClock, rightClock, ahead })
      },
    )
  })
})
