import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { codeSentTo } from '../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { Failure } from '../../../platform/kernel/failures.ts'

describe.each(engines)('an operator who marks a contact on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_VERIFICATION: 'required' } })
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  it('confirms it once, records it, and ends its code', async () => {
    const email = 'marked@example.com'
    const { id, token } = await newPerson(server.client, { email })
    const code = await codeSentTo(server.client, email)
    expect((await server.client.get('/v1/me/sessions', { token })).status).toBe(403)
    await services.contactMarking.markVerified(id, 'email')
    await services.contactMarking.markVerified(id, 'email')
    expect((await server.client.get('/v1/me/sessions', { token })).status).toBe(200)
    expect((await server.client.me(token)).body).toMatchObject({ email_verified: true, is_verified: true })
    const body = { channel: 'email', code }
    const late = await server.client.post('/v1/me/verification/confirm', body, { token })
    expect(late.body.code).toBe('code_invalid')
    const events = await services.db
      .selectFrom('audit_events')
      .select(['method', 'session_id', 'ip_address'])
      .where('account_id', '=', id)
      .where('action', '=', 'verification')
      .where('outcome', '=', 'success')
      .execute()
    expect(events).toEqual([{ method: 'email', session_id: null, ip_address: null }])
  })

  it('is refused if the account has no such contact', async () => {
    const { id } = await newPerson(server.client, { email: 'unmarked@example.com' })
    await expect(services.contactMarking.markVerified(id, 'phone_number')).rejects.toThrow(Failure)
  })
})
