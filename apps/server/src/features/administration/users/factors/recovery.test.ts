import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { hoursMs, newLosingOwner } from '../../../../../tests/support/lost-factor.ts'
import { type RecoveryServer, startRecoveryServer } from '../../../../../tests/support/recovery.ts'
import { newAdministrator, personWith } from '../../../../../tests/support/roles.ts'
import { messagesTo } from '../../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'

const reason = 'Ticket 4712'

describe.each(engines)('the recovery of the second factor of someone else on $name', (engine) => {
  let server: RecoveryServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const templatesTo = async (address: string) =>
    (await messagesTo(server.client, address)).map(({ template }) => template)
  const usableAt = () => new Date(server.clock.now().getTime() + hoursMs(72)).toISOString()

  it('is started by an administrator with a reason, and never finished', async () => {
    const owner = await newLosingOwner(server)
    const helper = await personWith(server.client, services, ['users:reset-factors'])
    const path = `/v1/users/${owner.id}/factors/recovery`
    expect((await server.client.post(path, {}, helper)).status).toBe(422)
    const usable_at = usableAt()
    const started = await server.client.post(path, { reason }, helper)
    expect([started.status, started.body]).toEqual([202, { usable_at }])
    expect((await templatesTo(owner.email))[0]).toBe('factor_recovery_waiting')
    const [event] = await server.db
      .selectFrom('audit_events')
      .select(['actor_id', 'changes'])
      .where('account_id', '=', owner.id)
      .where('action', '=', 'factor_recovery_request')
      .execute()
    expect(event?.actor_id).toBe(helper.id)
    expect(event?.changes).toContain(reason)
    expect((await owner.lose()).body).toEqual({ usable_at, sent_to: null })
    const writer = await personWith(server.client, services, ['users:write', 'users:read'])
    expect((await server.client.post(path, { reason }, writer)).body.code).toBe('forbidden')
    const boss = await newAdministrator(server.client, services)
    const above = `/v1/users/${boss.id}/factors/recovery`
    expect((await server.client.post(above, { reason }, helper)).body.code).toBe('forbidden')
    const without = await server.register({})
    const none = await server.client.post(`/v1/users/${without.id}/factors/recovery`, { reason }, helper)
    expect(none.body.code).toBe('not_found')
  })
})
