import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  comparable,
  type DeletionServer,
  daySeconds,
  startDeletionServer,
} from '../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../tests/support/engines.ts'

describe.each(engines)('the receipt for leaving on $name', (engine) => {
  let server: DeletionServer
  beforeAll(async () => {
    server = await startDeletionServer(engine)
  })
  afterAll(async () => await server?.close())

  it('gives a receipt that later shows its state, and shows nothing without it', async () => {
    const { receipt, secret, id } = await server.leave()
    const deletedAt = server.clock.now().toISOString()
    expect((await server.check(receipt)).body).toMatchObject({ status: 'pending', deleted_at: deletedAt })
    server.clock.advance(100)
    const { body } = await server.restore({ user_secret: secret })
    const restoredAt = server.clock.now().toISOString()
    expect((await server.check(receipt)).body).toEqual({
      status: 'restored',
      deleted_at: deletedAt,
      restorable_until: null,
      restored_at: restoredAt,
      erased_at: null,
    })
    const { body: again } = await server.deleteMe(String(body.access_token), { user_secret: secret })
    server.clock.advance(8 * daySeconds)
    await server.purge()
    const answer = await server.check(String(again.receipt))
    expect(answer.body).toEqual({
      status: 'erased',
      deleted_at: restoredAt,
      restorable_until: null,
      restored_at: null,
      erased_at: server.clock.now().toISOString(),
    })
    expect(answer.text).not.toContain(id)
    const unknown = comparable(await server.check(`pxd_${'A'.repeat(43)}`))
    expect(unknown.status).toBe(404)
    for (const other of [
      receipt,
      'x',
      `${again.receipt}A`,
      String(again.receipt).toLowerCase(),
      id,
      '%00',
      'a'.repeat(99),
    ])
      expect(comparable(await server.check(String(other)))).toEqual(unknown)
  })

  it('A33: a pseudonym of the audit trail opens nothing', async () => {
    const { receipt, id } = await server.leave()
    server.clock.advance(7 * daySeconds)
    await server.purge()
    const events = await server.services.db.selectFrom('audit_events').selectAll().orderBy('id').execute()
    expect(events.filter(({ account_id }) => account_id === id)).toEqual([])
    const erasure = events.findLast(({ action }) => action === 'erasure')
    expect((await server.check(String(erasure?.account_id))).status).toBe(404)
    expect((await server.check(receipt)).status).toBe(200)
    const own = events.filter(({ account_id }) => account_id === erasure?.account_id)
    expect(own.map(({ action }) => action)).toEqual(['registration', 'sign_in', 'deletion', 'erasure'])
    for (const { session_id, ip_address } of own) expect([session_id, ip_address]).toEqual([null, null])
  })

  it('A33: counts to its last character', async () => {
    const { receipt } = await server.leave()
    expect((await server.check(receipt)).status).toBe(200)
    const other = receipt.endsWith('A') ? 'E' : 'A'
    expect((await server.check(receipt.slice(0, -1) + other)).status).toBe(404)
  })
})
