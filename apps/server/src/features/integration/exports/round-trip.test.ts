import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { connectTo } from '../../../../tests/support/connections.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { contentsOf, fillAllTables } from '../../../../tests/support/full-accounts.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../../../../tests/support/test-database.ts'
import { wireNode } from '../../../../tests/support/wired-node.ts'
import { inSnapshot } from '../../../platform/database/snapshot.ts'
import { writeNewFile } from '../../../platform/files/new-file.ts'
import { exportedTables, exportRules } from './columns.ts'
import { lineKinds, type Part } from './shape.ts'

const compared = [...exportedTables, 'account_terms', 'picture_files']

describe('the shape of the export', () => {
  it('has a place for every table that is exported', () => {
    const tablesOf = ({ table, parts }: Pick<Part, 'table' | 'parts'>): string[] => [
      table,
      ...parts.flatMap(tablesOf),
    ]
    expect([...new Set(lineKinds.flatMap(tablesOf))].sort()).toEqual([...exportedTables].sort())
  })

  it('gives a reason for every table that is left out', () => {
    for (const rule of Object.values(exportRules)) if ('leftOut' in rule) expect(rule.leftOut).not.toBe('')
  })
})

describe.each(engines)('an export from $name', (from) => {
  let folder: string
  let source: MigratedDatabase
  let file: string
  const targets: MigratedDatabase[] = []
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-test-'))
    source = await createMigratedDatabase(from)
    await fillAllTables(wireNode({ db: source.db }))
    file = join(folder, 'export.jsonl')
    await exportTo(file, { sessions: true })
  })
  afterEach(async () => {
    for (const target of targets.splice(0)) await target.drop()
  })
  afterAll(async () => {
    await source?.drop()
    await rm(folder, { recursive: true, force: true })
  })

  async function exportTo(path: string, options: { readonly sessions: boolean }) {
    const connection = connectTo(source.url)
    const { accountExports } = wireNode(connection)
    try {
      await inSnapshot(connection, (snapshot) => writeNewFile(path, accountExports.lines(snapshot, options)))
    } finally {
      await connection.db.destroy()
    }
  }

  it.each(engines)(
    'is imported on $name without a loss, row by row, and a second time changes nothing',
    async (to) => {
      const target = await createMigratedDatabase(to)
      targets.push(target)
      const node = wireNode({ db: target.db })
      const before = await contentsOf(wireNode({ db: source.db }), compared)
      for (const table of compared) expect(before[table]?.length, table).toBeGreaterThan(0)
      const seeds = await contentsOf(node, compared)
      const planned = await node.accountImports.check(file)
      expect(await contentsOf(node, compared)).toEqual(seeds)
      expect(await node.accountImports.import(file)).toEqual(planned)
      expect(await contentsOf(node, compared)).toEqual(before)
      expect(await node.accountImports.import(file)).toMatchObject({
        account: { present: 1 },
        role: { present: 3 },
      })
      expect(await contentsOf(node, compared)).toEqual(before)
    },
  )

  it('can be read by its owner alone', async () => {
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  })
})
