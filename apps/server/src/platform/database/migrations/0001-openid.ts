import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** What the OpenID Connect provider remembers. A part of `0001-initial-schema.ts`. */
export async function createOpenId(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  const digest = schema.text(lengths.digest)
  await schema.createAccountTable('openid_entries', {
    columns: {
      digest,
      kind: schema.text(lengths.code),
      grant_id: optional(digest),
      account_id: optional(id),
      client_id: optional(id),
      session_id: optional(id),
      payload: schema.text(lengths.answer),
      consumed_at: optional(time),
      expires_at: time,
    },
    primaryKey: ['digest'],
    indexes: [['account_id'], ['client_id'], ['expires_at']],
    sparseIndexes: ['grant_id', 'session_id'],
    references: { client_id: { table: 'clients', column: 'id' } },
  })
}
