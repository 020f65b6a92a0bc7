import { holdersOfDeletedMax } from '../../src/features/authorization/roles/model.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'
import { clientAnswers, clientRefusals } from './client-answers.ts'
import { consentAnswers } from './consent-answers.ts'
import { consoleAnswers, messageRefusal } from './console-answers.ts'
import { userFactorAnswers } from './factor-answers.ts'
import { impersonationAnswers, impersonationRefusals } from './impersonation-answers.ts'
import { keyAnswers, keyRefusals } from './key-answers.ts'
import { password } from './password.ts'
import { newPerson } from './people.ts'
import { signUpAdministrator } from './roles.ts'
import type { Answer } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import type { TestServer } from './test-server.ts'
import { userAnswers, userRefusals } from './user-answers.ts'
import { webhookAnswers, webhookRefusals } from './webhook-answers.ts'

/** The successes of the calls of administrators. */
export async function administrationAnswers(
  server: TestServer,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const { client } = server
  const as = { token }
  const person = await newPerson(client)
  const name = 'of-the-answers'
  const role = { name, description: 'A role', permissions: ['users:read', 'moments:publish'] }
  return {
    createRole: [await client.post('/v1/roles', role, as)],
    getRole: [await client.get(`/v1/roles/${name}`, as)],
    patchRole: [await client.patch(`/v1/roles/${name}`, { description: null, permissions: [] }, as)],
    assignRoles: [await client.put(`/v1/users/${person.id}/roles`, { roles: ['user', name] }, as)],
    deleteRole: [await client.send('DELETE', `/v1/roles/${name}`, undefined, as)],
    listRoles: [await client.get('/v1/roles', as), await client.get('/v1/roles?limit=1', as)],
    ...(await clientAnswers(client, token)),
    ...(await consentAnswers(server, token)),
    listAuditEvents: [await client.get('/v1/audit-events', as)],
    ...(await userAnswers(client, token)),
    ...(await impersonationAnswers(client, token)),
    ...(await userFactorAnswers(server, token)),
    ...(await consoleAnswers(server, token)),
    ...(await webhookAnswers(client, token)),
    streamRevocations: [await client.get('/v1/revocations', { token })],
    ...(await keyAnswers(client, token)),
  }
}

/** Refusals that only these calls have, with their codes. They advance the clock. */
export async function administrationRefusals(server: TestServer): Promise<[string, Answer][]> {
  const { client, databaseUrl } = server
  const { id, token } = await signUpAdministrator(server, 'last', password)
  const as = { token }
  await client.post('/v1/roles', { name: 'crowded' }, as)
  await giveToMany(databaseUrl, 'crowded')
  const proof = JSON.stringify({ current_password: password })
  return [
    ...(await clientRefusals(server, token)),
    ...(await keyRefusals(server, { id, token })),
    ...(await impersonationRefusals(client, { id, token })),
    ['role_taken', await client.post('/v1/roles', { name: 'admin' }, as)],
    ['role_in_use', await client.send('DELETE', '/v1/roles/crowded', undefined, as)],
    ['last_administrator', await client.put(`/v1/users/${id}/roles`, { roles: [] }, as)],
    ['last_administrator', await client.send('DELETE', '/v1/me', proof, as)],
    ...(await userRefusals(server, { id, token })),
    ...(await webhookRefusals(server)),
    await messageRefusal(server, token),
  ]
}

async function giveToMany(databaseUrl: string, role: string): Promise<void> {
  const db = openDatabase(databaseUrl)
  const ids = Array.from({ length: holdersOfDeletedMax + 1 }, () => newId<AccountId>())
  for (let at = 0; at < ids.length; at += 1_000) {
    const some = ids.slice(at, at + 1_000)
    const row = { kind: 'person', status: 'active', created_at: 0, updated_at: 0 } as const
    await db
      .insertInto('accounts')
      .values(some.map((id) => ({ id, ...row })))
      .execute()
    await db
      .insertInto('account_roles')
      .values(some.map((id) => ({ account_id: id, role })))
      .execute()
  }
  await db.destroy()
}
