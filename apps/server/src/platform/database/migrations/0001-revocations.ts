import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

export async function createRevocations(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  await schema.createTable('revocations', {
    columns: {
      id,
      kind: schema.text(lengths.code),
      account_id: optional(id),
      session_id: optional(id),
      role: optional(schema.text(lengths.code)),
      kid: optional(schema.text(lengths.digest)),
      batch: optional(time),
      revoked_at: time,
      expires_at: time,
    },
    primaryKey: ['id'],
    indexes: [['account_id'], ['expires_at'], ['batch', 'id']],
  })
  await schema.createTable('revocation_feed', {
    columns: { name: schema.text(lengths.code), last_batch: time },
    primaryKey: ['name'],
  })
}
