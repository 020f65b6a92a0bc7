import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type DeletionServer,
  daySeconds,
  startDeletionServer,
} from '../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import { type AccountId, type AuditEventId, newId } from '../../../platform/kernel/ids.ts'
import { accountDataOf } from '../account-data/service.ts'
import { Erasure } from './erasure.ts'
import { newReceipt, pseudonymOf } from './receipt.ts'
import { DeletionsRepository } from './repository.ts'
import { DeletionsService } from './service.ts'

describe.each(engines)('the files outside of the database on $name', (engine) => {
  let server: DeletionServer
  let deletions: DeletionsService
  /** Files of accounts by their owner; of one who is marked nothing can be found just now. */
  const files = new Set<string>()
  const unreachable = new Set<string>()
  beforeAll(async () => {
    server = await startDeletionServer(engine)
    const { services, clock } = server
    const erase = async (_transaction: unknown, { accountId }: { accountId: AccountId }) => {
      if (unreachable.has(accountId)) throw new Error('the store is down')
      return async () => void files.delete(accountId)
    }
    const accountData = [...accountDataOf(services), { erase }]
    const repository = new DeletionsRepository()
    const scrub = async () => undefined
    const erasure = new Erasure({ ...services, clock, deletions: repository, accountData, scrub })
    deletions = new DeletionsService({ ...services, clock, erasure, deletions: repository, graceDays: 7 })
  })
  afterAll(async () => await server?.close())

  it('are erased with the account, and those of others stay', async () => {
    const [gone, stays] = [await server.leave(), await newPerson(server.client)]
    files.add(gone.id).add(stays.id)
    server.clock.advance(7 * daySeconds)
    expect(await deletions.purge(500)).toBe(1)
    expect([...files]).toEqual([stays.id])
    expect(await deletions.eraseNow(stays.id)).toMatch(/^pxd_/)
    expect([...files]).toEqual([])
  })

  it('delay the erasure of their owner while their store fails, and of no other account', async () => {
    const [first, second] = [await server.leave(), await server.leave()]
    files.add(first.id).add(second.id)
    unreachable.add(first.id)
    server.clock.advance(7 * daySeconds)
    await expect(deletions.purge(500)).rejects.toThrow('the store is down')
    const status = async (receipt: string) => (await deletions.check(receipt)).status
    expect([await status(first.receipt), await status(second.receipt)]).toEqual(['pending', 'erased'])
    expect([...files]).toEqual([first.id])
    unreachable.clear()
    expect(await deletions.purge(500)).toBe(1)
    expect(await status(first.receipt)).toBe('erased')
    expect([...files]).toEqual([])
  })

  it('needs no second receipt if the owner has one', async () => {
    const { id, receipt } = await server.leave()
    expect(await deletions.eraseNow(id)).toBeNull()
    expect((await server.check(receipt)).body.status).toBe('erased')
  })

  it('A33: take the account out of an event that was recorded before the erasure was finished', async () => {
    const { clock, services } = server
    const { db } = services
    const { id } = await newPerson(server.client)
    const deletion = { pseudonym: pseudonymOf(newReceipt()), deletedAt: clock.now() }
    const erasure = new Erasure({
      ...services,
      clock,
      accountData: accountDataOf(services),
      deletions: new DeletionsRepository(),
      scrub: async () => undefined,
    })
    const erased = await inTransaction(db, (transaction) => erasure.erase(transaction, id, deletion))
    const events = db.selectFrom('audit_events').select('id').where('account_id', '=', id)
    expect(await events.execute()).toEqual([])
    const late = { id: newId<AuditEventId>(), account_id: id, action: 'sign_in', outcome: 'failure', at: 1 }
    await db
      .insertInto('audit_events')
      .values({ ...late, session_id: null, method: null, ip_address: '192.0.2.9' })
      .execute()
    await erasure.finish([erased])
    const row = db.selectFrom('audit_events').selectAll().where('id', '=', late.id)
    const left = await row.executeTakeFirst()
    expect(left?.account_id).toMatch(/^.{14}8/)
    expect(left?.ip_address).toBeNull()
  })
})
