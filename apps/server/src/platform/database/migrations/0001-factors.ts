import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** Second factors, the sign-ins that wait for one, and from where people sign in. A part of `0001-initial-schema.ts`. */
export async function createFactors(schema: SchemaBuilder): Promise<void> {
  const { time } = schema
  await createPasskeys(schema)
  await createTotpSecrets(schema)
  await schema.createAccountTable('recovery_codes', {
    columns: { digest: schema.text(lengths.digest), created_at: time },
    primaryKey: ['digest'],
    indexes: [['account_id']],
  })
  await schema.createAccountTable('recovery_marks', {
    columns: { contact_kind: schema.text(lengths.code), recovered_at: time },
    primaryKey: ['account_id'],
    indexes: [['recovered_at']],
  })
  await createTrustedDevices(schema)
  await createSignInChallenges(schema)
  await schema.createAccountTable('sign_in_places', {
    columns: { digest: schema.text(lengths.digest), seen_at: time },
    primaryKey: ['digest'],
    indexes: [['account_id'], ['seen_at']],
  })
}

async function createPasskeys(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  const code = schema.text(lengths.code)
  const digest = schema.text(lengths.digest)
  await schema.createAccountTable('passkeys', {
    columns: {
      id,
      credential_id: schema.text(lengths.prose),
      credential_digest: digest,
      public_key: schema.text(lengths.prose),
      counter: time,
      aaguid: digest,
      transports: schema.text(lengths.name),
      backup_state: code,
      name: schema.text(lengths.name),
      created_at: time,
      last_used_at: optional(time),
      restricted_at: optional(time),
    },
    primaryKey: ['id'],
    unique: [['credential_digest']],
    indexes: [['account_id']],
  })
  await schema.createAccountTable('passkey_ceremonies', {
    columns: {
      account_id: optional(id),
      slot: digest,
      purpose: code,
      challenge: digest,
      created_at: time,
      expires_at: time,
    },
    primaryKey: ['slot'],
    indexes: [['account_id'], ['expires_at']],
  })
}

async function createTotpSecrets(schema: SchemaBuilder): Promise<void> {
  const { id, time, integer } = schema
  await schema.createAccountTable('totp_secrets', {
    columns: {
      id,
      state: schema.text(lengths.code),
      name: schema.text(lengths.name),
      secret_sealed: schema.text(lengths.sealed),
      last_step: optional(integer),
      created_at: time,
      last_used_at: optional(time),
    },
    primaryKey: ['id'],
    unique: [['account_id', 'state']],
  })
}

async function createTrustedDevices(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  await schema.createAccountTable('trusted_devices', {
    columns: {
      id,
      digest: schema.text(lengths.digest),
      user_agent: optional(schema.text(lengths.name)),
      ip_address: optional(schema.text(lengths.digest)),
      created_at: time,
      last_used_at: optional(time),
      expires_at: time,
    },
    primaryKey: ['id'],
    unique: [['digest']],
    indexes: [['account_id'], ['expires_at']],
  })
}

async function createSignInChallenges(schema: SchemaBuilder): Promise<void> {
  const { id, time, integer } = schema
  const code = schema.text(lengths.code)
  await schema.createAccountTable('sign_in_challenges', {
    columns: {
      id,
      digest: schema.text(lengths.digest),
      action: code,
      methods: schema.text(lengths.name),
      mode: code,
      life_seconds_max: optional(integer),
      created_at: time,
      expires_at: time,
    },
    primaryKey: ['id'],
    unique: [['digest']],
    indexes: [['account_id'], ['expires_at']],
  })
}
