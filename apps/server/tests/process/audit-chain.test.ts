/** @module-tag long */

import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Finding } from '../../src/features/administration/audit-trail/verification/model.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import { engines } from '../support/engines.ts'
import { endLeftovers, freshFolder, ProximaProcess } from '../support/process.ts'
import { createMigratedDatabase, type MigratedDatabase } from '../support/test-database.ts'
import { wireNode } from '../support/wired-node.ts'

/** On each engine. CONTRIBUTING.md says when to record a million. */
const eventsTotal = Number(process.env['PROXIMA_TEST_AUDIT_EVENTS'] ?? 1_000)
const killsMin = 6
/** Starting a server takes as long as recording some thousand events, so a long run kills less often. */
const runMaxMs = eventsTotal > 100_000 ? 10_000 : 500

const writer = fileURLToPath(new URL('../support/audit-writer.ts', import.meta.url))

let compiled: Awaited<ReturnType<typeof freshFolder>>
beforeAll(async () => {
  compiled = await freshFolder()
})
afterAll(async () => await compiled.remove())

let database: MigratedDatabase | undefined
afterEach(async () => {
  await endLeftovers()
  await database?.drop()
  database = undefined
})

async function startWriter(url: string): Promise<ProximaProcess> {
  // The writer loads the sources. All but the first find them compiled.
  const settings = { NODE_COMPILE_CACHE: compiled.path }
  const started = new ProximaProcess(process.execPath, [writer, url], settings)
  await started.printed(/ready/)
  return started
}

async function count(db: Database): Promise<number> {
  const { all } = await db
    .selectFrom('audit_events')
    .select((row) => row.fn.countAll<number>().as('all'))
    .executeTakeFirstOrThrow()
  return Number(all)
}

it.each(engines)(
  'I15: the chain on $name is whole after two servers appended to it at the same time and were killed again and again',
  { timeout: Math.max(120_000, eventsTotal * 30) },
  async (engine) => {
    const migrated = await createMigratedDatabase(engine)
    database = migrated
    const { db, url } = migrated
    const writers = [await startWriter(url), await startWriter(url)]
    for (let kills = 0; kills < killsMin || (await count(db)) < eventsTotal; kills++) {
      await sleep(Math.random() * runMaxMs)
      const outcome = await writers[kills % 2]?.stop('SIGKILL')
      expect(outcome).toMatchObject({ signal: 'SIGKILL', stderr: '' })
      writers[kills % 2] = await startWriter(url)
    }
    for (const each of writers) await each.stop('SIGKILL')

    const { keys, sealing, trailVerification } = wireNode({ db })
    await sealing.seal()
    const found: Finding[] = []
    const verified = await trailVerification.verify(
      { keys: await keys.ownPublicKeys(), checkpoints: (async function* () {})() },
      (finding) => found.push(finding),
    )
    expect(found).toEqual([])
    expect(verified).toMatchObject({ events: await count(db), unsealed: 0, firstBlock: 1 })
    expect(verified.lastBlock).toBe(verified.blocks)
  },
)
