import type { DeleteResult, UpdateResult } from 'kysely'

/** An update or a delete that has not run yet. */
interface Change {
  executeTakeFirst(): Promise<UpdateResult | DeleteResult | undefined>
}

/** Runs the statement. @returns whether it changed any row */
export async function changesRows(change: Change): Promise<boolean> {
  const result = await change.executeTakeFirst()
  if (result === undefined) return false
  return 'numDeletedRows' in result ? result.numDeletedRows > 0n : result.numUpdatedRows > 0n
}
