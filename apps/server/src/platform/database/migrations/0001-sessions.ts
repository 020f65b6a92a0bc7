import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** A part of `0001-initial-schema.ts`. */
export async function createSessions(schema: SchemaBuilder): Promise<void> {
  const { id, time, integer } = schema
  await schema.createAccountTable('sessions', {
    columns: {
      id,
      amr: schema.text(lengths.name),
      authenticated_at: time,
      second_factor_at: optional(time),
      factor_status: optional(schema.text(lengths.code)),
      user_agent: optional(schema.text(lengths.name)),
      ip_address: optional(schema.text(lengths.digest)),
      created_at: time,
      expires_at: time,
      last_seen_at: time,
      last_seen_day: time,
      code_digest: optional(schema.text(lengths.digest)),
      refresh_key_sealed: optional(schema.text(lengths.identifier)),
      refresh_generation: optional(integer),
      refresh_replaced_at: optional(schema.text(lengths.name)),
      client_id: optional(id),
      scope: optional(schema.text(lengths.prose)),
      grant_id: optional(schema.text(lengths.digest)),
      parent_session_id: optional(id),
      impersonator_id: optional(id),
      impersonator_session_id: optional(id),
      impersonation_reason: optional(schema.text(lengths.name)),
    },
    primaryKey: ['id'],
    sparseUnique: ['code_digest'],
    sparseIndexes: ['client_id', 'grant_id', 'parent_session_id'],
    indexes: [['account_id'], ['expires_at'], ['last_seen_day']],
    changesOften: true,
  })
}
