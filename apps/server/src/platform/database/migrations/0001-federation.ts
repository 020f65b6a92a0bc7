import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** Accounts at other providers. A part of `0001-initial-schema.ts`. */
export async function createFederation(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  const digest = schema.text(lengths.digest)
  await schema.createAccountTable('linked_accounts', {
    columns: {
      id,
      provider: schema.text(lengths.code),
      issuer: schema.text(lengths.url),
      subject: schema.text(lengths.url),
      identity_digest: digest,
      email: optional(schema.text(lengths.identifier)),
      created_at: time,
      last_used_at: optional(time),
    },
    primaryKey: ['id'],
    unique: [['identity_digest']],
    indexes: [['account_id']],
  })
  await schema.createAccountTable('federation_flows', {
    columns: {
      account_id: optional(id),
      slot: digest,
      data_sealed: schema.text(lengths.answer),
      created_at: time,
      expires_at: time,
    },
    primaryKey: ['slot'],
    indexes: [['account_id'], ['expires_at']],
  })
}
