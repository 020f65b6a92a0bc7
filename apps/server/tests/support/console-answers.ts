import { type MessageId, newId } from '../../src/platform/kernel/ids.ts'
import type { Answer } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import type { TestServer } from './test-server.ts'

type Server = Pick<TestServer, 'client' | 'clock' | 'databaseUrl'>

/** The successes of the calls with which administrators look at the server and its messages. */
export async function consoleAnswers(
  server: Server,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const { client } = server
  const as = { token }
  const events = await client.get('/v1/audit-events?limit=1', as)
  const [event] = events.body.data as { id: string }[]
  return {
    countUsers: [await client.get('/v1/users/count?q=am', as)],
    getAuditEvent: [await client.get(`/v1/audit-events/${event?.id}`, as)],
    getChecklist: [await client.get('/v1/checklist', as)],
    getStatistics: [await client.get('/v1/statistics', as)],
    listFindings: [await client.get('/v1/findings', as)],
    listSettings: [await client.get('/v1/settings', as)],
    retryMessage: [await retryGivenUp(server, token)],
    listMessages: [await client.get('/v1/messages', as)],
  }
}

/** A message that waits cannot be sent again. */
export async function messageRefusal(server: Server, token: string): Promise<[string, Answer]> {
  const { body } = await retryGivenUp(server, token)
  return ['message_not_retryable', await server.client.post(`/v1/messages/${body.id}/retry`, {}, { token })]
}

/** The channel has no transport in a test, so the message keeps waiting. */
async function retryGivenUp({ client, clock, databaseUrl }: Server, token: string): Promise<Answer> {
  const db = openDatabase(databaseUrl)
  const id = newId<MessageId>()
  const written = { channel: 'sms', template: 'recovery', created_at: clock.now().getTime() } as const
  const givenUp = { attempts: 18, outcome: 'given_up', content_sealed: 'sealed' } as const
  await db
    .insertInto('messages')
    .values({ id, ...written, ...givenUp })
    .execute()
  const answer = await client.post(`/v1/messages/${id}/retry`, {}, { token })
  await db.destroy()
  return answer
}
