import { digestSecret } from '../../src/platform/crypto/digests.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import type {
  AccountId,
  ChallengeId,
  FactorId,
  LinkedAccountId,
  TrustedDeviceId,
} from '../../src/platform/kernel/ids.ts'

export interface FactorOwner {
  readonly id: AccountId
  readonly name: string
  readonly factorId: FactorId
  readonly challengeId: ChallengeId
  readonly linkedAccountId: LinkedAccountId
  readonly deviceId: TrustedDeviceId
  readonly at: Date
}

/** A row in each table of second factors. */
export async function insertFactors(
  db: Database,
  { id, name, factorId, challengeId, linkedAccountId, deviceId, at }: FactorOwner,
): Promise<void> {
  const of = { account_id: id }
  const created_at = at.getTime()
  await db
    .insertInto('totp_secrets')
    .values({ ...of, id: factorId, state: 'confirmed', name, secret_sealed: `${name} totp`, created_at })
    .execute()
  await db
    .insertInto('passkeys')
    .values({
      ...{ ...of, id: factorId, name, created_at, counter: 0, backup_state: 'backed_up', aaguid: name },
      ...{ credential_id: name, credential_digest: digestSecret(name), public_key: name, transports: name },
      restricted_at: created_at,
    })
    .execute()
  await db
    .insertInto('passkey_ceremonies')
    .values({
      ...{ ...of, slot: `${name} slot`, purpose: 'second_factor', challenge: `${name} challenge` },
      ...{ created_at, expires_at: created_at },
    })
    .execute()
  await db
    .insertInto('linked_accounts')
    .values({
      ...{ ...of, id: linkedAccountId, provider: name, issuer: name, subject: name, created_at },
      ...{ identity_digest: digestSecret(JSON.stringify([name, name])) },
    })
    .execute()
  await db
    .insertInto('federation_flows')
    .values({ ...of, slot: `${name} flow`, data_sealed: name, created_at, expires_at: created_at })
    .execute()
  await db
    .insertInto('recovery_codes')
    .values({ ...of, digest: `${name} recovery code`, created_at })
    .execute()
  await db
    .insertInto('recovery_marks')
    .values({ ...of, contact_kind: 'email', recovered_at: created_at })
    .execute()
  await db
    .insertInto('trusted_devices')
    .values({
      ...of,
      id: deviceId,
      user_agent: name,
      ip_address: name,
      last_used_at: created_at,
      digest: `${name} device`,
      created_at,
      expires_at: created_at,
    })
    .execute()
  await db
    .insertInto('sign_in_places')
    .values({ ...of, digest: `${name} place`, seen_at: created_at })
    .execute()
  await db
    .insertInto('sign_in_challenges')
    .values({
      ...{ ...of, id: challengeId, digest: `${name} challenge`, action: 'sign_in', methods: 'password' },
      ...{ mode: 'token', created_at, expires_at: created_at },
    })
    .execute()
}
