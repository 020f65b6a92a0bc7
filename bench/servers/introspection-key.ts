import { adminRole } from '../../apps/server/src/features/authorization/roles/model.ts'
import type { Person } from '../fill/people.ts'
import { Connection, jsonOf } from '../load/connection.ts'
import { requestBytes } from '../load/request.ts'
import { withServices } from './services.ts'

/** Makes a person an administrator. @returns an API key of theirs that may follow revocations */
export async function makeIntrospectionKey(
  url: string,
  databaseUrl: string,
  { userSecret }: Person,
): Promise<string> {
  const connection = new Connection(url)
  const send = async <T>(path: string, json: object, headers = {}) =>
    jsonOf(await connection.send(requestBytes({ method: 'POST', path, headers, json }))) as T
  const signIn = async () =>
    await send<{ access_token: string; user: { id: string } }>('/v1/auth/token', { user_secret: userSecret })
  const { user } = await signIn()
  await withServices(databaseUrl, ({ roleAssignment }) => roleAssignment.add(user.id as never, adminRole))
  const headers = { authorization: `Bearer ${(await signIn()).access_token}` }
  const body = { name: 'bench', permissions: ['tokens:introspect'] }
  const { key } = await send<{ key: string }>('/v1/me/api-keys', body, headers)
  connection.close()
  return key
}
