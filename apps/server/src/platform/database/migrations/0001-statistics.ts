import { lengths, type SchemaBuilder } from './schema-builder.ts'

/** Figures, and what is needed to count each thing once. A part of `0001-initial-schema.ts`. */
export async function createStatistics(schema: SchemaBuilder): Promise<void> {
  const { id, time } = schema
  const code = schema.text(lengths.code)
  await schema.createTable('statistics', {
    columns: {
      figure: code,
      period: code,
      starts_at: time,
      name: code,
      outcome: code,
      method: code,
      reason: schema.text(lengths.name),
      origin: code,
      counted: time,
    },
    primaryKey: ['figure', 'period', 'starts_at', 'name', 'outcome', 'method', 'reason', 'origin'],
    changesOften: true,
  })
  await schema.createTable('statistics_changes', {
    columns: { id, figure: code, name: code, outcome: code, amount: time, at: time },
    primaryKey: ['id'],
  })
  await schema.createTable('account_activity', {
    columns: { account_id: id, period: code, starts_at: time },
    primaryKey: ['account_id', 'period', 'starts_at'],
    indexes: [['period', 'starts_at', 'account_id']],
    isIndexOnly: true,
  })
}
