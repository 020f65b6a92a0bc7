import type { Services } from '../../src/app/wire.ts'
import { delayed } from './delayed-database.ts'
import type { TestEngine } from './engines.ts'
import { FrozenClock } from './frozen-clock.ts'
import { createMigratedDatabase, type MigratedDatabase, openDatabase } from './test-database.ts'
import { wireNode } from './wired-node.ts'

export interface SlowNodes {
  readonly database: MigratedDatabase
  readonly nodes: readonly [Services, Services]
  close(): Promise<void>
}

/** Two nodes on one new database, each with connections of its own, on storage that takes 5 ms to answer. */
export async function startSlowNodes(engine: TestEngine): Promise<SlowNodes> {
  const database = await createMigratedDatabase(engine)
  const otherDb = openDatabase(database.url)
  const clock = new FrozenClock()
  return {
    database,
    nodes: [wireNode({ db: delayed(database.db, 5), clock }), wireNode({ db: delayed(otherDb, 5), clock })],
    close: async () => {
      await otherDb.destroy()
      await database.drop()
    },
  }
}
