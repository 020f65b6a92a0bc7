import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** Creates the tables of webhooks. A part of `0001-initial-schema.ts`. */
export async function createWebhooks(schema: SchemaBuilder): Promise<void> {
  const { id, time, integer } = schema
  const code = schema.text(lengths.code)
  await schema.createTable('webhook_endpoints', {
    columns: {
      id,
      url: schema.text(lengths.url),
      description: optional(schema.text(lengths.name)),
      event_types: schema.text(lengths.url),
      state: code,
      cursor_block: time,
      secret_sealed: schema.text(lengths.identifier),
      previous_secret_sealed: optional(schema.text(lengths.identifier)),
      previous_secret_until: optional(time),
      created_at: time,
      updated_at: time,
    },
    primaryKey: ['id'],
  })
  await schema.createTable('webhook_deliveries', {
    columns: {
      endpoint_id: id,
      event_id: id,
      account_id: id,
      block: time,
      type: code,
      body: schema.text(lengths.prose),
      occurred_at: time,
      owed_at: time,
      state: code,
      due_at: optional(time),
      attempts: integer,
      is_followed: integer,
      error: optional(code),
      finished_at: optional(time),
    },
    primaryKey: ['endpoint_id', 'event_id'],
    indexes: [
      ['endpoint_id', 'due_at'],
      ['endpoint_id', 'state', 'event_id'],
      ['account_id', 'endpoint_id', 'state', 'is_followed', 'block'],
      ['state', 'finished_at'],
    ],
    changesOften: true,
  })
}
