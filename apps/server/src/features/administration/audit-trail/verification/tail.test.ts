import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import {
  blocks,
  firstOf,
  sealTrail,
  type TamperedTrail,
} from '../../../../../tests/support/tampered-trail.ts'
import { wireVerification } from '../../../../app/wiring/administration.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { AuditEventId } from '../../../../platform/kernel/ids.ts'
import type { Tail } from './model.ts'

class Undone extends Error {}

describe.each(engines)('a quick look at the end of the trail on $name', (engine) => {
  let trail: TamperedTrail
  beforeAll(async () => {
    trail = await sealTrail(engine)
  })
  afterAll(async () => await trail?.drop())

  const look = (db: Database, blocksMax: number) =>
    wireVerification({ db }).tailVerification.verify(trail.trusted, blocksMax)

  async function lookAfter(tamper: (db: Transaction) => Promise<unknown>, blocksMax = 2): Promise<Tail> {
    let tail: Tail | null = null
    const run = inTransaction(trail.db, async (transaction) => {
      await tamper(transaction)
      tail = await look(transaction, blocksMax)
      throw new Undone()
    })
    await expect(run).rejects.toThrow(Undone)
    if (tail === null) throw new Error('it was not looked at')
    return tail
  }

  it.each([1, 2, blocks, blocks + 1])(
    'finds nothing in a trail that no one has changed (%i)',
    async (max) => {
      const nothing = { findings: [], unsealedSince: null, uncoveredSince: null }
      expect(await look(trail.db, max)).toEqual({ blocks: Math.min(max, blocks), ...nothing })
    },
  )

  it('I15: finds a changed event and a cut end, and reads only the last blocks', async () => {
    const last = await firstOf(trail.db, blocks)
    const early = await firstOf(trail.db, 1)
    const changing = (id: AuditEventId) => (db: Transaction) =>
      db.updateTable('audit_events').set({ outcome: 'changed' }).where('id', '=', id).execute()
    const kindsAfter = async (tamper: (db: Transaction) => Promise<unknown>) =>
      (await lookAfter(tamper)).findings.map(({ kind }) => kind)
    expect(await kindsAfter(changing(last.id))).toEqual(['event_changed'])
    expect(await kindsAfter(changing(early.id))).toEqual([])
    const cutting = (db: Transaction) => db.deleteFrom('audit_blocks').where('number', '=', blocks).execute()
    expect(await kindsAfter(cutting)).toEqual(['tail_missing'])
  })

  it('says since when events wait for a block, and blocks for a checkpoint', async () => {
    const { at } = await firstOf(trail.db, blocks)
    const waiting = await lookAfter((db) =>
      db.updateTable('audit_events').set({ block: null }).where('block', '=', blocks).execute(),
    )
    expect(waiting.unsealedSince).toEqual(new Date(at))
    const uncovered = await lookAfter((db) => db.deleteFrom('audit_checkpoints').execute())
    expect(uncovered.uncoveredSince).not.toBeNull()
  })
})
