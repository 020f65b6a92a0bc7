import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import {
  blocks,
  eventsOf,
  firstOf,
  placesOf,
  sealTrail,
  type TamperedTrail,
} from '../../../../../tests/support/tampered-trail.ts'
import type { AuditEventRow } from '../../../../platform/database/audit-tables.ts'
import type { Transaction } from '../../../../platform/database/tables.ts'
import { type AccountId, type AuditEventId, newId } from '../../../../platform/kernel/ids.ts'

describe.each(engines)('a change of the trail on $name', (engine) => {
  let trail: TamperedTrail
  beforeAll(async () => {
    trail = await sealTrail(engine)
  })
  afterAll(async () => await trail?.drop())

  it('is whole if no one has', async () => {
    expect(await trail.verify(trail.db, [trail.checkpoint])).toEqual([])
  })

  const values: Partial<Record<keyof AuditEventRow, string | number>> = {
    action: 'export',
    outcome: 'failure',
    target: 'role:admin',
    method: 'passkey',
    reason: 'changed',
    at: 1,
    occurrences: 7,
    credential_id: randomUUID(),
    session_id: randomUUID(),
    request_id: randomUUID(),
    ip_address: '198.51.100.66',
    device: 'Safari on iOS',
    changes: '{"before":{},"after":{"status":"active"}}',
  }
  it.each(Object.entries(values))(
    'I15: in the field %s of an event, is found there',
    async (column, value) => {
      const { id } = await firstOf(trail.db, 3)
      const found = await trail.after((db) =>
        db
          .updateTable('audit_events')
          .set({ [column]: value })
          .where('id', '=', id)
          .execute(),
      )
      expect(placesOf(found)).toEqual([{ kind: 'event_changed', block: 3, event: id }])
    },
  )

  it.each(['account_id', 'actor_id'] as const)(
    'I15: in the person of an event (%s), is found there',
    async (column) => {
      const { id } = await firstOf(trail.db, 3)
      for (const person of [trail.people[5] ?? null, newId<AccountId>()]) {
        const found = await trail.after((db) =>
          db
            .updateTable('audit_events')
            .set({ [column]: person })
            .where('id', '=', id)
            .execute(),
        )
        expect(placesOf(found)).toEqual([{ kind: 'event_changed', block: 3, event: id }])
      }
    },
  )

  it.each(['first', 'last'])(
    'I15: by removing the %s event of a block, is found at its place',
    async (place) => {
      const events = await eventsOf(trail.db, 4)
      const id = (place === 'first' ? events[0] : events.at(-1))?.id ?? newId<AuditEventId>()
      const found = await trail.after((db) => db.deleteFrom('audit_events').where('id', '=', id).execute())
      expect(placesOf(found)).toEqual([{ kind: 'event_removed', block: 4, event: id }])
    },
  )

  it('I15: by adding an event to the past, is found at its place', async () => {
    const id = newId<AuditEventId>()
    const found = await trail.after(async (db) =>
      db
        .insertInto('audit_events')
        .values({ ...(await firstOf(db, 2)), id })
        .execute(),
    )
    expect(placesOf(found)).toEqual([{ kind: 'event_added', block: 2, event: id }])
  })

  it('I15: by adding an event after the end, is found', async () => {
    const id = newId<AuditEventId>()
    const found = await trail.after(async (db) =>
      db
        .insertInto('audit_events')
        .values({ ...(await firstOf(db, 2)), id, block: blocks + 1 })
        .execute(),
    )
    expect(placesOf(found)).toEqual([{ kind: 'event_added', block: blocks + 1, event: id }])
  })

  it('I15: by swapping two events, is found at both places', async () => {
    const [one, other] = [await firstOf(trail.db, 2), await firstOf(trail.db, 5)]
    const found = await trail.after(async (db) => {
      for (const [target, source] of [
        [one, other],
        [other, one],
      ] as const) {
        const { id: _id, block: _block, ...row } = source
        await db.updateTable('audit_events').set(row).where('id', '=', target.id).execute()
      }
    })
    expect(placesOf(found)).toEqual([
      { kind: 'event_changed', block: 2, event: one.id },
      { kind: 'event_changed', block: 5, event: other.id },
    ])
  })

  it('I15: by moving an event to another block, is found at both places', async () => {
    const { id } = await firstOf(trail.db, 2)
    const found = await trail.after((db) =>
      db.updateTable('audit_events').set({ block: 5 }).where('id', '=', id).execute(),
    )
    expect(placesOf(found)).toEqual([
      { kind: 'event_removed', block: 2, event: id },
      { kind: 'event_added', block: 5, event: id },
    ])
  })

  it('I15: by removing a block with its events, is found as a gap', async () => {
    const found = await trail.after(async (db) => {
      await db.deleteFrom('audit_events').where('block', '=', 3).execute()
      await db.deleteFrom('audit_blocks').where('number', '=', 3).execute()
    })
    expect(placesOf(found)).toEqual([{ kind: 'blocks_missing', block: 3, event: null }])
  })

  it('I15: by removing the first blocks, is found, with and without a claim that the retention did it', async () => {
    const cut = async (db: Transaction) => {
      await db.deleteFrom('audit_events').where('block', '<=', 2).execute()
      await db.deleteFrom('audit_blocks').where('number', '<=', 2).execute()
    }
    expect(placesOf(await trail.after(cut))).toEqual([{ kind: 'blocks_missing', block: 1, event: null }])
    const claimed = await trail.after(async (db) => {
      const [, second] = await db.selectFrom('audit_blocks').selectAll().orderBy('number').execute()
      if (second === undefined) throw new Error('there are six blocks')
      await cut(db)
      const { hash, kid, signature } = second
      const signed = { cut_kid: kid, cut_signature: signature }
      await db
        .updateTable('audit_chain')
        .set({ cut_block: 2, cut_hash: hash, cut_at: 1, ...signed })
        .execute()
    })
    expect(placesOf(claimed)).toEqual([{ kind: 'cut_invalid', block: 2, event: null }])
  })

  it.each(['previous_hash', 'hash', 'sealed_at', 'events', 'digests', 'kid', 'signature'] as const)(
    'I15: in a block (%s), is found there',
    async (column) => {
      const { rows, other } = await trail.db
        .selectFrom('audit_blocks')
        .selectAll()
        .orderBy('number')
        .execute()
        .then((all) => ({ rows: all, other: all[4] }))
      expect(rows).toHaveLength(blocks)
      const value = { events: 99, sealed_at: 5 } as Record<string, unknown>
      const found = await trail.after((db) =>
        db
          .updateTable('audit_blocks')
          .set({ [column]: value[column] ?? (column === 'kid' ? 'unknown' : other?.[column]) })
          .where('number', '=', 2)
          .execute(),
      )
      expect(found[0]?.block).toBe(2)
      expect(new Set(found.map(({ block }) => block))).toEqual(new Set(column === 'hash' ? [2, 3] : [2]))
    },
  )
})
