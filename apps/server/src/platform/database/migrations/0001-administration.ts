import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** Suspensions, and jobs on many accounts. A part of `0001-initial-schema.ts`. */
export async function createAdministration(schema: SchemaBuilder): Promise<void> {
  const { id, time, integer } = schema
  const code = schema.text(lengths.code)
  await schema.createAccountTable('suspensions', {
    columns: { reason: optional(schema.text(lengths.prose)), suspended_at: time, ends_at: optional(time) },
    primaryKey: ['account_id'],
    indexes: [['ends_at']],
  })
  await schema.createTable('user_jobs', {
    columns: {
      id,
      account_id: optional(id),
      credential_kind: optional(code),
      credential_id: optional(id),
      action: code,
      parameters: schema.text(lengths.sealed),
      filter: optional(schema.text(lengths.sealed)),
      after: optional(id),
      total: optional(integer),
      done: integer,
      skipped: integer,
      created_at: time,
      due_at: optional(time),
      finished_at: optional(time),
      stop_reason: optional(code),
    },
    primaryKey: ['id'],
    indexes: [['account_id'], ['due_at'], ['created_at']],
  })
  await schema.createTable('user_job_items', {
    columns: {
      job_id: id,
      position: integer,
      account_id: optional(id),
      outcome: optional(code),
      reason: optional(schema.text(lengths.digest)),
    },
    primaryKey: ['job_id', 'position'],
    indexes: [['account_id']],
  })
}
