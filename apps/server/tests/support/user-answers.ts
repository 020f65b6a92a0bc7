import type { Account } from '../../src/platform/kernel/account.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'
import { newApiKey } from './api-keys.ts'
import { newPerson } from './people.ts'
import type { Answer } from './test-client.ts'
import { openDatabase } from './test-database.ts'
import type { TestServer } from './test-server.ts'

/** The successes of the calls that administer accounts. */
export async function userAnswers(
  client: TestServer['client'],
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const as = { token }
  const invited = await client.post('/v1/users', { email: 'invited@example.com', invite: true }, as)
  const { id, sessionId } = await newPerson(client)
  const of = (part: string) => `/v1/users/${id}/${part}`
  const jobBody = { action: 'end_sessions', user_ids: [invited.body.id] }
  const job = await client.post('/v1/user-jobs', jobBody, as)
  const toInvited = (part: string) => `/v1/users/${invited.body.id}/${part}`
  return {
    createUser: [invited],
    listUsers: [await client.get('/v1/users', as), await client.get('/v1/users?q=am&limit=1', as)],
    exportUsers: [await client.get('/v1/users/export', as)],
    getUser: [await client.get(`/v1/users/${id}`, as)],
    patchUser: [await client.patch(`/v1/users/${id}`, { full_name: 'Amina Odhiambo' }, as)],
    inviteUser: [await client.post(toInvited('invitation'), undefined, as)],
    startVerification: [await client.post(toInvited('verification'), { channel: 'email' }, as)],
    startRecovery: [await client.post(of('recovery'), undefined, as)],
    listUserSessions: [await client.get(of('sessions'), as)],
    endUserSession: [await client.send('DELETE', of(`sessions/${sessionId}`), undefined, as)],
    endUserSessions: [await client.send('DELETE', of('sessions'), undefined, as)],
    ...(await userKeyAnswers(client, token)),
    suspendUser: [await client.post(of('suspension'), { reason: 'A test' }, as)],
    liftSuspension: [await client.send('DELETE', of('suspension'), undefined, as)],
    mergeUsers: [await client.post(of('merge'), { source_id: invited.body.id, dry_run: true }, as)],
    createUserJob: [job],
    getUserJob: [await client.get(`/v1/user-jobs/${job.body.id}`, as)],
    listUserJobItems: [await client.get(`/v1/user-jobs/${job.body.id}/items`, as)],
    ...(await userDeletionAnswers(client, id, token)),
  }
}

async function userKeyAnswers(
  client: TestServer['client'],
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const as = { token }
  const owner = await newPerson(client)
  const { id } = await newApiKey(client, owner.token)
  const path = `/v1/users/${owner.id}/api-keys`
  return {
    listUserApiKeys: [await client.get(path, as)],
    revokeUserApiKey: [await client.send('DELETE', `${path}/${id}`, undefined, as)],
  }
}

async function userDeletionAnswers(
  client: TestServer['client'],
  id: AccountId,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const as = { token }
  const deleted = await client.send('DELETE', `/v1/users/${id}`, undefined, as)
  const restored = await client.post(`/v1/users/${id}/restoration`, undefined, as)
  const erased = await client.send('DELETE', `/v1/users/${id}?immediately=true`, undefined, as)
  return { deleteUser: [deleted, erased], restoreUser: [restored] }
}

/** Refusals that only these calls have, with their codes. They advance the clock. */
export async function userRefusals(
  server: TestServer,
  { id: own, token }: { readonly id: AccountId; readonly token: string },
): Promise<[string, Answer][]> {
  const { client, clock } = server
  const as = { token }
  const pending = await insertAccount(server, { kind: 'person', status: 'pending' })
  const gone = await insertAccount(server, { kind: 'service', status: 'deleted' })
  const { id } = await newPerson(client)
  const { id: deleted } = await newPerson(client)
  await client.send('DELETE', `/v1/users/${deleted}`, undefined, as)
  const refusals: [string, Answer][] = [
    ['user_pending', await client.post(`/v1/users/${pending}/suspension`, {}, as)],
    ['already_deleted', await client.post(`/v1/users/${gone}/suspension`, {}, as)],
    ['service_account', await client.patch(`/v1/users/${gone}`, { email: 'of-none@example.com' }, as)],
    ['last_administrator', await client.post(`/v1/users/${own}/suspension`, {}, as)],
    ['last_administrator', await client.send('DELETE', `/v1/users/${own}`, undefined, as)],
    ['already_deleted', await client.send('DELETE', `/v1/users/${deleted}`, undefined, as)],
    ['not_restorable', await client.post(`/v1/users/${id}/restoration`, undefined, as)],
    ['not_mergeable', await client.post(`/v1/users/${id}/merge`, { source_id: deleted, dry_run: true }, as)],
    ['validation_failed', await client.post(`/v1/users/${id}/invitation`, undefined, as)],
    ...(await takenAnswers(client, id, token)),
  ]
  clock.advance(600)
  return [
    ...refusals,
    ['step_up_required', await client.patch(`/v1/users/${id}`, { username: 'too-late' }, as)],
    ['step_up_required', await client.post('/v1/users', { roles: ['user'] }, as)],
  ]
}

async function takenAnswers(
  client: TestServer['client'],
  id: AccountId,
  token: string,
): Promise<[string, Answer][]> {
  const taken = { username: 'has-them', email: 'has-them@example.com', phone_number: '+254722000777' }
  await newPerson(client, taken)
  const answers: [string, Answer][] = []
  for (const [name, value] of Object.entries(taken)) {
    const fields = { [name]: value }
    answers.push([`${name}_taken`, await client.post('/v1/users', fields, { token })])
    answers.push([`${name}_taken`, await client.patch(`/v1/users/${id}`, fields, { token })])
  }
  return answers
}

async function insertAccount(
  { databaseUrl }: TestServer,
  { kind, status }: Pick<Account, 'kind' | 'status'>,
): Promise<AccountId> {
  const db = openDatabase(databaseUrl)
  const id = newId<AccountId>()
  await db.insertInto('accounts').values({ id, kind, status, created_at: 0, updated_at: 0 }).execute()
  await db.destroy()
  return id
}
