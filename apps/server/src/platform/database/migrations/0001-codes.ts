import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** Pending changes of contacts, and the codes that prove them and everything else. */
export async function createCodes(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  const digest = schema.text(lengths.digest)
  await createContactChanges(schema)
  await schema.createTable('codes', {
    columns: {
      slot: digest,
      id,
      account_id: optional(id),
      contact_digest: digest,
      code_digest: digest,
      link_digest: digest,
      created_at: time,
      expires_at: time,
    },
    primaryKey: ['slot'],
    unique: [['link_digest']],
    indexes: [['account_id'], ['expires_at']],
  })
}

async function createContactChanges(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  const identifier = schema.text(lengths.identifier)
  await schema.createAccountTable('contact_changes', {
    columns: {
      id,
      kind: schema.text(lengths.code),
      address: identifier,
      canonical: identifier,
      session_id: id,
      created_at: time,
      expires_at: time,
    },
    primaryKey: ['id'],
    unique: [['account_id', 'kind']],
    indexes: [['expires_at']],
  })
}
