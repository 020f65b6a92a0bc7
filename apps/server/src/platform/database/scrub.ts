import { sql } from 'kysely'
import type { Engine } from './engine.ts'
import type { Database } from './tables.ts'

/** Not within a transaction. Where others read just now some is left until it is called again. */
export async function scrub(db: Database, engine: Pick<Engine, 'scrub'>): Promise<void> {
  if (engine.scrub !== null) await sql.raw(engine.scrub).execute(db)
}
