import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { personWith } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { type MessageId, newId } from '../../../platform/kernel/ids.ts'
import type { ManagedMessageView } from './schema.ts'

const fresh = { content_sealed: 'sealed', attempts: 18, error: 'ETIMEDOUT', due_at: null }

describe.each(engines)('messages for administrators on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let reader: Person
  let writer: Person
  let amina: Person
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    reader = await personWith(server.client, services, ['messages:read'])
    writer = await personWith(server.client, services, ['messages:read', 'messages:write', 'audit:read'])
    amina = await newPerson(server.client)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })
  beforeEach(async () => {
    await services.db.deleteFrom('messages').execute()
  })

  async function stored(values: object = {}): Promise<MessageId> {
    const id = newId<MessageId>()
    const shared = { id, channel: 'sms' as const, template: 'recovery', account_id: amina.id }
    const created_at = server.clock.now().getTime()
    await services.db
      .insertInto('messages')
      .values({ ...shared, created_at, outcome: 'given_up', ...fresh, ...values })
      .execute()
    return id
  }

  const list = async (query = ''): Promise<ManagedMessageView[]> =>
    (await server.client.get(`/v1/messages${query}`, reader)).body.data as ManagedMessageView[]
  const idsOf = (messages: readonly ManagedMessageView[]) => messages.map(({ id }) => id)
  const retry = (id: string, by = writer) => server.client.post(`/v1/messages/${id}/retry`, {}, by)

  it('are listed with what became of them, without recipient and text', async () => {
    const id = await stored()
    expect(await list()).toEqual([
      {
        id,
        user_id: amina.id,
        channel: 'sms',
        template: 'recovery',
        state: 'given_up',
        attempts: 18,
        error: 'ETIMEDOUT',
        next_attempt_at: null,
        can_retry: true,
        created_at: server.clock.now().toISOString(),
      },
    ])
  })

  it('are found by state, channel and account, page by page', async () => {
    const [oldest, sent, mail, ofAnother] = [
      await stored(),
      await stored({ outcome: 'sent', content_sealed: null }),
      await stored({ channel: 'mail' }),
      await stored({ account_id: reader.id }),
    ]
    expect(idsOf(await list('?state=sent'))).toEqual([sent])
    expect(idsOf(await list('?channel=mail'))).toEqual([mail])
    expect(idsOf(await list(`?user_id=${amina.id}`))).toEqual([mail, sent, oldest])
    const first = await server.client.get('/v1/messages?limit=3', reader)
    const next = await list(`?limit=3&cursor=${first.body.next_cursor}`)
    expect(idsOf(first.body.data as ManagedMessageView[])).toEqual([ofAnother, mail, sent])
    expect(idsOf(next)).toEqual([oldest])
  })

  it('are sent again if they were given up, and the trail says by whom', async () => {
    const id = await stored()
    expect((await retry(id, reader)).status).toBe(403)
    const { body, status } = await retry(id)
    expect([status, body]).toMatchObject([202, { id, state: 'waiting', attempts: 0, can_retry: false }])
    const events = await server.client.get('/v1/audit-events?action=message_retry', writer)
    expect(events.body.data).toMatchObject([
      { actor_id: writer.id, account_id: amina.id, target: 'message:recovery' },
    ])
    expect((await retry(id)).body.code).toBe('message_not_retryable')
  })

  it('are not sent again if they were sent, withheld or written days ago', async () => {
    const dayMs = 86_400_000
    const ids = [
      await stored({ outcome: 'sent', content_sealed: null }),
      await stored({ error: 'withheld capped', due_at: server.clock.now().getTime() + dayMs }),
      await stored({ error: 'withheld capped', content_sealed: null }),
      await stored({ created_at: server.clock.now().getTime() - 2 * dayMs }),
    ]
    expect((await list()).map(({ can_retry }) => can_retry)).toEqual([false, false, false, false])
    for (const id of ids) {
      const { body, status } = await retry(id)
      expect([status, body.code]).toEqual([409, 'message_not_retryable'])
    }
    expect((await retry(newId())).status).toBe(404)
  })
})
