import { lengths, optional, type SchemaBuilder } from './schema-builder.ts'

/** What happened, and the chain that shows every change of it. */
export async function createAuditTrail(schema: SchemaBuilder): Promise<void> {
  await createEvents(schema)
  await createChain(schema)
}

/** Each filter of the list has an index that also has the order of the list, so that a page is read in one piece. */
async function createEvents(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  const code = schema.text(lengths.code)
  const digest = schema.text(lengths.digest)
  await schema.createTable('audit_events', {
    columns: {
      id,
      action: code,
      outcome: code,
      account_id: optional(id),
      actor_id: optional(id),
      credential_id: optional(id),
      target: optional(schema.text(lengths.identifier)),
      session_id: optional(id),
      method: optional(code),
      reason: optional(schema.text(lengths.name)),
      request_id: optional(id),
      ip_address: optional(digest),
      device: optional(digest),
      changes: optional(schema.text(lengths.answer)),
      at: time,
      occurrences: optional(schema.integer),
      block: optional(time),
      subject_digest: optional(digest),
      origin_digest: optional(digest),
    },
    primaryKey: ['id'],
    indexes: [
      ['block', 'id'],
      ['at', 'id'],
      ['account_id', 'at', 'id'],
      ['actor_id', 'at', 'id'],
      ['action', 'at', 'id'],
      ['action', 'outcome', 'at', 'id'],
      ['outcome', 'at', 'id'],
      ['ip_address', 'at', 'id'],
      ['request_id'],
    ],
  })
}

async function createChain(schema: SchemaBuilder): Promise<void> {
  const { id, time, integer } = schema
  const digest = schema.text(lengths.digest)
  await schema.createTable('audit_people', {
    columns: { account_id: id, pseudonym: id, salt: digest },
    primaryKey: ['account_id'],
    unique: [['pseudonym']],
  })
  await schema.createTable('audit_blocks', {
    columns: {
      number: time,
      previous_hash: digest,
      hash: digest,
      sealed_at: time,
      events: integer,
      digests: schema.bytes,
      kid: digest,
      signature: schema.text(lengths.name),
    },
    primaryKey: ['number'],
    indexes: [['sealed_at']],
  })
  await schema.createTable('audit_chain', {
    columns: {
      name: schema.text(lengths.code),
      turns: time,
      head_block: optional(time),
      head_kid: optional(digest),
      head_signature: optional(schema.text(lengths.name)),
      cut_block: optional(time),
      cut_hash: optional(digest),
      cut_at: optional(time),
      cut_kid: optional(digest),
      cut_signature: optional(schema.text(lengths.name)),
    },
    primaryKey: ['name'],
  })
  await schema.createTable('audit_checkpoints', {
    columns: { block: time, token: schema.text(lengths.prose), created_at: time },
    primaryKey: ['block'],
    indexes: [['created_at']],
  })
}
