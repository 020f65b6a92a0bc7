import { sql } from 'kysely'
import type { Engine } from './engine.ts'
import type { Database } from './tables.ts'

/**
 * Removes deleted data from the files. Call it outside of transactions. Data that other connections still read stays
 * until the next call.
 */
export async function scrub(db: Database, engine: Pick<Engine, 'scrub'>): Promise<void> {
  if (engine.scrub !== null) await sql.raw(engine.scrub).execute(db)
}
