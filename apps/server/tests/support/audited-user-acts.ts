import { codeAt } from '../../src/features/authenticators/totp/codes.ts'
import { stepAt } from '../../src/features/authenticators/totp/model.ts'
import { operator } from '../../src/features/authorization/roles/model.ts'
import { type MessageId, newId } from '../../src/platform/kernel/ids.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { password } from './password.ts'
import { newPerson } from './people.ts'
import { newAdministrator } from './roles.ts'
import { linkTokenSentTo } from './sent-codes.ts'
import type { OwnServices } from './services.ts'
import type { TestClient } from './test-client.ts'

interface World {
  readonly client: TestClient
  readonly services: OwnServices
}

/** An act of administrators for each action, and what the audit trail must hold after it. */
export const userActs = {
  invitation: async ({ client, services }: World) => {
    const body = { email: 'invited@example.com', invite: true }
    const invited = await client.post('/v1/users', body, await newAdministrator(client, services))
    return { account_id: invited.body.id, session_id: null }
  },
  invitation_acceptance: async ({ client, services }: World) => {
    const email = 'accepting@example.com'
    const body = { email, invite: true }
    const invited = await client.post('/v1/users', body, await newAdministrator(client, services))
    const token = await linkTokenSentTo(client, email)
    await services.invitations.accept({ token, password }, noRequest)
    return { account_id: invited.body.id, session_id: null }
  },
  user_change: async ({ client, services }: World) => {
    const { id } = await newPerson(client)
    await client.patch(`/v1/users/${id}`, { full_name: 'Changed' }, await newAdministrator(client, services))
    return { account_id: id, session_id: null }
  },
  user_export: async ({ client, services }: World) => {
    await client.get('/v1/users/export', await newAdministrator(client, services))
    return { account_id: null, session_id: null }
  },
  user_job: async ({ client, services }: World) => {
    const { id } = await newPerson(client)
    const body = { action: 'end_sessions', user_ids: [id] }
    await client.post('/v1/user-jobs', body, await newAdministrator(client, services))
    return { account_id: null, session_id: null }
  },
  factor_reset: async ({ client, services }: World) => {
    const { id, token } = await newPerson(client)
    const { secret } = (await client.send('POST', '/v1/me/factors/totp', undefined, { token })).body
    const code = await codeAt(String(secret), stepAt(new Date()))
    await client.post('/v1/me/factors/totp/confirm', { code }, { token })
    await services.userFactors.reset(id, 'Ticket 4712', operator)
    return { account_id: id, session_id: null }
  },
  impersonation_start: async ({ client, services }: World) => {
    const { id, session } = await impersonate(client, services)
    return { account_id: id, session_id: session.session_id }
  },
  impersonation_end: async ({ client, services }: World) => {
    const { id, session } = await impersonate(client, services)
    await client.send('DELETE', '/v1/me/impersonation', undefined, { token: session.access_token })
    return { account_id: id, session_id: session.session_id }
  },
  message_retry: async ({ client, services }: World) => {
    const { id: account_id } = await newPerson(client)
    const id = newId<MessageId>()
    const written = { channel: 'mail', template: 'recovery', created_at: Date.now() } as const
    const givenUp = { attempts: 18, outcome: 'given_up', content_sealed: 'sealed' } as const
    await services.db
      .insertInto('messages')
      .values({ id, account_id, ...written, ...givenUp })
      .execute()
    await client.post(`/v1/messages/${id}/retry`, {}, await newAdministrator(client, services))
    // The outbox page could not open it.
    await services.db.deleteFrom('messages').where('id', '=', id).execute()
    return { account_id, session_id: null }
  },
  merge: async ({ client, services }: World) => {
    const [target, source] = [await newPerson(client), await newPerson(client)]
    const body = { source_id: source.id, dry_run: false }
    await client.post(`/v1/users/${target.id}/merge`, body, await newAdministrator(client, services))
    return { account_id: target.id, session_id: null }
  },
}

/** An administrator sees the account of someone else. */
async function impersonate(client: TestClient, services: OwnServices) {
  const { id } = await newPerson(client)
  const body = { reason: 'Ticket 4711' }
  const administrator = await newAdministrator(client, services)
  const { body: session } = await client.post(`/v1/users/${id}/impersonation`, body, administrator)
  return { id, session: session as { readonly session_id: string; readonly access_token: string } }
}
