import { lengths, type SchemaBuilder } from './schema-builder.ts'

/** The ids of accounts in other systems. A part of `0001-initial-schema.ts`. */
export async function createExternalIds(schema: SchemaBuilder): Promise<void> {
  const source = schema.text(lengths.code)
  await schema.createAccountTable('external_ids', {
    columns: { source, external_id: schema.text(lengths.identifier) },
    primaryKey: ['source', 'external_id'],
    indexes: [['account_id']],
  })
  await schema.createTable('external_id_counters', {
    // As large as a time.
    columns: { source, last_number: schema.time },
    primaryKey: ['source'],
  })
}
