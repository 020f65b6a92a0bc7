import type { MapVariant } from '../maps/format.ts'
import type { OnProgress } from '../model.ts'
import type { ReadRow } from '../rows/model.ts'
import { readRow } from '../rows/read-row.ts'
import type { RowRules } from '../rows/rules.ts'
import type { Source } from '../sources/source.ts'
import type { NewRow, StagingRepository } from './repository.ts'

const reportedRows = 500

const keyRepeated = {
  code: 'key_repeated',
  detail: 'An earlier row has the same id. The column of the key must be different for each user.',
}

/** Reads every row of the source once. */
export async function stageRows(
  source: Source,
  staging: StagingRepository,
  { rules, onProgress }: { readonly rules: RowRules; readonly onProgress: OnProgress },
): Promise<void> {
  const variant: MapVariant = rules.variant
  const total = await source.count(variant)
  for await (const user of source.users(variant)) {
    const row = toStage(readRow(user, rules))
    if (!staging.add(row))
      staging.add({ ...row, key: null, outcome: 'refused', candidate: null, refusal: keyRepeated })
    if (staging.rows % reportedRows === 0) onProgress({ phase: 'reading', done: staging.rows, total })
  }
  staging.finish()
  onProgress({ phase: 'reading', done: staging.rows, total: staging.rows })
}

function toStage(read: ReadRow): NewRow {
  const key = read.key === '' ? null : read.key
  const same = { key, notes: read.notes, candidate: null, refusal: null, picture: null }
  switch (read.kind) {
    case 'candidate':
      return { ...same, outcome: 'created', candidate: read.candidate, picture: read.picture }
    case 'refused':
      return { ...same, outcome: 'refused', refusal: read.refusal }
    case 'skipped':
      return { ...same, outcome: 'skipped' }
  }
}
