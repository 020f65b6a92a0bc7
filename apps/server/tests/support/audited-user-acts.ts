import type { Services } from '../../src/app/wire.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { password } from './password.ts'
import { newPerson } from './people.ts'
import { newAdministrator } from './roles.ts'
import { linkTokenSentTo } from './sent-codes.ts'
import type { TestClient } from './test-client.ts'

interface World {
  readonly client: TestClient
  readonly services: Services
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
  merge: async ({ client, services }: World) => {
    const [target, source] = [await newPerson(client), await newPerson(client)]
    const body = { source_id: source.id, dry_run: false }
    await client.post(`/v1/users/${target.id}/merge`, body, await newAdministrator(client, services))
    return { account_id: target.id, session_id: null }
  },
}
