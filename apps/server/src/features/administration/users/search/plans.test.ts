import { CompiledQuery, type KyselyPlugin, type RootOperationNode } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../../tests/support/test-database.ts'
import type { Database } from '../../../../platform/database/tables.ts'
import { newId } from '../../../../platform/kernel/ids.ts'
import { termRangesOf } from '../../../users/accounts/identifiers/search-terms.ts'
import { AccountsRepository } from '../../../users/accounts/repository.ts'
import type { Source, UserFilter } from './model.ts'
import { UserSearchRepository } from './repository.ts'

/** Records each statement that is sent. */
class Recorder implements KyselyPlugin {
  readonly nodes: RootOperationNode[] = []

  transformQuery({ node }: { node: RootOperationNode }): RootOperationNode {
    this.nodes.push(node)
    return node
  }

  async transformResult<T>({ result }: { result: T }): Promise<T> {
    return result
  }
}

const ranges = termRangesOf('am', null)
const sources: Record<string, Source & { readonly count: number }> = {
  'a rare term': { by: 'terms', ranges, count: 5 },
  'a common term': { by: 'terms', ranges, count: 1_000_000 },
  'a role': { by: 'role', role: 'admin', count: 5 },
  'a status': { by: 'status', status: 'suspended', count: 5 },
  'a kind': { by: 'kind', kind: 'service', count: 5 },
  'an external id': { by: 'external_id', externalId: { source: 'oauth-bearer', id: '7' }, count: 1 },
  everyone: { by: 'id', count: Number.POSITIVE_INFINITY },
}
const filter: UserFilter = {
  terms: ranges,
  role: 'admin',
  status: 'active',
  isVerified: true,
  kind: 'person',
  externalId: { source: 'oauth-bearer', id: '7' },
}

describe.each(engines.filter(({ name }) => name !== 'MariaDB'))('a search on $name', (engine) => {
  let database: MigratedDatabase
  beforeAll(async () => {
    database = await createMigratedDatabase(engine)
  })
  afterAll(async () => await database?.drop())

  /** How the engine would run each statement of the work. On PostgreSQL, a whole table is read only without an index. */
  async function plansOf(work: (db: Database) => Promise<unknown>): Promise<string> {
    const recorder = new Recorder()
    await work(database.db.withPlugin(recorder))
    const isSqlite = engine.name === 'SQLite'
    return await database.db.transaction().execute(async (transaction) => {
      if (!isSqlite)
        for (const way of ['seqscan', 'bitmapscan', 'sort'])
          await transaction.executeQuery(CompiledQuery.raw(`set local enable_${way} = off`))
      const plans: string[] = []
      for (const node of recorder.nodes) {
        const { sql, parameters } = transaction.getExecutor().compileQuery(node, { queryId: newId() })
        const explain = isSqlite ? 'explain query plan' : 'explain (costs off)'
        const { rows } = await transaction.executeQuery(
          CompiledQuery.raw(`${explain} ${sql}`, [...parameters]),
        )
        plans.push(rows.map((row) => JSON.stringify(row)).join('\n'))
      }
      return plans.join('\n\n')
    })
  }

  const readsWholeTable = /SCAN (?:accounts|account_terms|account_roles|suspensions)\b|Seq Scan/

  it.each(Object.entries(sources))(
    'by %s reads a range of an index, in both orders',
    async (_name, source) => {
      const search = new UserSearchRepository(new AccountsRepository())
      for (const direction of ['oldest_first', 'newest_first'] as const)
        for (const after of [null, newId()] as const) {
          const page = { after: after as never, direction, limit: 20 }
          const plans = await plansOf((db) => search.next(db, source, page))
          expect(plans).not.toMatch(readsWholeTable)
          if (source.by === 'terms') expect(plans).toMatch(/COVERING INDEX|PRIMARY KEY|Index Only Scan/)
          else expect(plans).not.toMatch(/TEMP B-TREE|Sort/)
        }
    },
  )

  it.each(Object.entries(sources))('counts the entries of %s in an index', async (_name, source) => {
    const search = new UserSearchRepository(new AccountsRepository())
    if (source.by !== 'id')
      expect(await plansOf((db) => search.count(db, source))).not.toMatch(readsWholeTable)
  })

  it('reads the accounts of a page by their keys, whatever the filter is', async () => {
    const search = new UserSearchRepository(new AccountsRepository())
    const plans = await plansOf((db) => search.read(db, [newId(), newId()], filter, 'newest_first'))
    expect(plans).not.toMatch(readsWholeTable)
  })
})
