import { lengths, type SchemaBuilder } from './schema-builder.ts'

/**
 * What accounts are found by. A part of `0001-initial-schema.ts`. Both orders of its columns are indexes, and nothing else is stored: each search
 * reads one range of one of them.
 */
export async function createAccountTerms(schema: SchemaBuilder): Promise<void> {
  await schema.createAccountTable('account_terms', {
    columns: { term: schema.text(lengths.identifier) },
    primaryKey: ['account_id', 'term'],
    indexes: [['term', 'account_id']],
    isIndexOnly: true,
  })
}
