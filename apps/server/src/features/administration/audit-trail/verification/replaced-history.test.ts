import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint, type JWK } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import {
  blocks,
  eventsOf,
  firstOf,
  placesOf,
  sealTrail,
  type TamperedTrail,
  Undone,
} from '../../../../../tests/support/tampered-trail.ts'
import { wireNode } from '../../../../../tests/support/wired-node.ts'
import { wireVerification } from '../../../../app/wiring/administration.ts'
import type { Database, Transaction } from '../../../../platform/database/tables.ts'
import { inTransaction } from '../../../../platform/database/transactions.ts'
import type { AccountId } from '../../../../platform/kernel/ids.ts'
import { digestOf, originDigest, subjectDigest } from '../../../safeguards/audit/people/event-digest.ts'
import { makeBlock } from '../block.ts'
import { noBlocks } from '../model.ts'
import { toBlock } from '../repository.ts'
import { headStatement, type SigningKey, signStatement } from '../statements.ts'
import type { Finding } from './model.ts'

describe.each(engines)('a trail whose end or whole history was replaced on $name', (engine) => {
  let trail: TamperedTrail
  beforeAll(async () => {
    trail = await sealTrail(engine)
  })
  afterAll(async () => await trail?.drop())

  async function cutTail(db: Transaction): Promise<void> {
    await db.deleteFrom('audit_events').where('block', '>', 4).execute()
    await db.deleteFrom('audit_blocks').where('number', '>', 4).execute()
    await db.deleteFrom('audit_checkpoints').execute()
  }

  it('I15: by cutting off the end, is found, with and without a checkpoint', async () => {
    const missing = { kind: 'tail_missing', block: 5, event: null }
    expect(placesOf(await trail.after(cutTail))).toEqual([missing])
    expect(placesOf(await trail.after(cutTail, [trail.checkpoint]))).toEqual([missing, missing])
  })

  it('I15: by cutting off the end, and with it the signed end, is found', async () => {
    const invalid = { kind: 'head_invalid', block: 4, event: null }
    const moved = await trail.after(async (db) => {
      await cutTail(db)
      await db.updateTable('audit_chain').set({ head_block: 4 }).execute()
    })
    expect(placesOf(moved)).toEqual([invalid])
    const removed = await trail.after(async (db) => {
      await cutTail(db)
      await db.deleteFrom('audit_chain').execute()
    })
    expect(placesOf(removed)).toEqual([invalid])
  })

  it('I15: by removing all of it, is found', async () => {
    const found = await trail.after(async (db) => {
      for (const table of ['audit_events', 'audit_blocks', 'audit_checkpoints', 'audit_chain'] as const)
        await db.deleteFrom(table).execute()
    })
    expect(placesOf(found)).toEqual([{ kind: 'head_invalid', block: null, event: null }])
  })

  it('I15: by restoring an older backup, is found by a checkpoint that was kept elsewhere', async () => {
    let later = ''
    const run = inTransaction(trail.db, async (db) => {
      const node = wireNode({ db, clock: trail.clock })
      await node.administration.activate(trail.people[0] as AccountId)
      later = (await node.checkpoints.keep())?.token ?? ''
      throw new Undone()
    })
    await expect(run).rejects.toThrow(Undone)
    expect(await trail.verify(trail.db)).toEqual([])
    const found = await trail.verify(trail.db, [trail.checkpoint, later])
    expect(placesOf(found)).toEqual([{ kind: 'tail_missing', block: blocks + 1, event: null }])
  })

  /** Everything that a server does, by someone who can write to the database and does not have its key. */
  async function remake(db: Transaction, key: SigningKey): Promise<void> {
    const persons = new Map(
      (await db.selectFrom('audit_people').selectAll().execute()).map((person) => [
        person.account_id,
        person,
      ]),
    )
    let head = noBlocks
    for (const row of await db.selectFrom('audit_blocks').selectAll().orderBy('number').execute()) {
      const events = await eventsOf(db, row.number)
      const digests = events.map((event) => ({ id: event.id, digest: digestOf(event, persons) }))
      const made = makeBlock(head, digests, { at: toBlock(row).sealedAt, key })
      head = made
      await db
        .updateTable('audit_blocks')
        .set({
          previous_hash: made.previousHash,
          hash: made.hash,
          digests: made.digests,
          kid: made.kid,
          signature: made.signature,
        })
        .where('number', '=', made.number)
        .execute()
    }
    const signed = signStatement(headStatement(head.number, head.hash), key)
    await db
      .updateTable('audit_chain')
      .set({ head_block: head.number, head_kid: signed.kid, head_signature: signed.signature })
      .execute()
    await db.deleteFrom('audit_checkpoints').execute()
  }

  async function makeOwnKey(): Promise<{ key: SigningKey; jwk: JWK }> {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = publicKey.export({ format: 'jwk' }) as JWK
    return { key: { kid: await calculateJwkThumbprint(jwk), privateKey }, jwk }
  }

  it('I15: by making the whole chain again with another key, is found by the keys and by a checkpoint', async () => {
    const { key, jwk } = await makeOwnKey()
    const { kid } = await trail.services.keys.signingKey('ES256')
    const rewrite = async (db: Transaction) => {
      const { id } = await firstOf(db, 3)
      await db.updateTable('audit_events').set({ outcome: 'failure' }).where('id', '=', id).execute()
      await remake(db, key)
      await db
        .updateTable('signing_keys')
        .set({ kid: key.kid, public_jwk: JSON.stringify(jwk), predecessor: kid })
        .execute()
    }
    const byKeys = await trail.after(rewrite)
    expect(byKeys.filter(({ kind }) => kind === 'signature_invalid')).toHaveLength(blocks)
    // A copy of the database names the key of the attacker, and only that one.
    const ofCopy = (db: Database) => wireVerification({ db }).trailVerification.storedKeys()
    let kept: Finding[] = []
    await trail.after(async (db) => {
      await rewrite(db)
      const keys = [...trail.trusted, ...(await ofCopy(db))]
      kept = await trail.verify(db, [trail.checkpoint], keys)
    })
    expect(placesOf(kept)).toEqual([{ kind: 'history_replaced', block: blocks, event: null }])
  })

  it('I15: by putting another key in the place of the one that signed, is found', async () => {
    const { key, jwk } = await makeOwnKey()
    const { kid } = await trail.services.keys.signingKey('ES256')
    const found: Finding[] = []
    await trail.after(async (db) => {
      await remake(db, { ...key, kid })
      await db
        .updateTable('signing_keys')
        .set({ public_jwk: JSON.stringify(jwk) })
        .execute()
      const keys = await wireVerification({ db }).trailVerification.storedKeys()
      found.push(...(await trail.verify(db, [], keys)))
    })
    expect(found.filter(({ kind }) => kind === 'signature_invalid')).toHaveLength(blocks)
  })

  it('I15: by taking a person out without an erasure, is found at each event', async () => {
    const [person] = trail.people as [AccountId]
    const found = await trail.after(async (db) => {
      const row = await db
        .selectFrom('audit_people')
        .selectAll()
        .where('account_id', '=', person)
        .executeTakeFirstOrThrow()
      const persons = new Map([[person, row]])
      for (const event of await db
        .selectFrom('audit_events')
        .selectAll()
        .where('account_id', '=', person)
        .execute())
        await db
          .updateTable('audit_events')
          .set({
            account_id: row.pseudonym,
            actor_id: event.actor_id && row.pseudonym,
            subject_digest: subjectDigest(event, persons),
            origin_digest: originDigest(event, persons),
            ...{ session_id: null, changes: null, credential_id: null, request_id: null },
            ...{ ip_address: null, device: null },
          })
          .where('id', '=', event.id)
          .execute()
      await db.deleteFrom('audit_people').where('account_id', '=', person).execute()
    })
    const own = (await eventsOf(trail.db, 1)).filter(({ account_id }) => account_id === person)
    expect(own).toHaveLength(3)
    expect(placesOf(found)).toEqual(
      own.map(({ id }) => ({ kind: 'erasure_unexplained', block: 1, event: id })),
    )
  })

  it('I15: by putting words into the mouth of an erased person, is found', async () => {
    const found = await trail.after(async (db) => {
      const node = wireNode({ db, clock: trail.clock })
      await node.administration.erase(trail.people[1] as AccountId)
      await node.sealing.seal()
      expect(await trail.verify(db)).toEqual([])
      await db
        .updateTable('audit_events')
        .set({ ip_address: '198.51.100.66' })
        .where('block', '=', 2)
        .where('action', '=', 'sign_in')
        .execute()
    })
    expect(found).toMatchObject([{ kind: 'erasure_unexplained', block: 2 }])
  })
})
