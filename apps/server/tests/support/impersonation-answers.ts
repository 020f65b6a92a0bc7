import type { NamedOperation } from './openapi-document.ts'
import { callOperation } from './openapi-operations.ts'
import { newPerson } from './people.ts'
import type { Answer, TestClient } from './test-client.ts'

const start = (client: TestClient, token: string, id: string, mode = 'token') =>
  client.post(`/v1/users/${id}/impersonation`, { reason: 'Ticket 4711', mode }, { token })
const stop = (client: TestClient, token: string) =>
  client.send('DELETE', '/v1/me/impersonation', undefined, { token })

/** The successes of the calls with which administrators see an account as its owner does. */
export async function impersonationAnswers(
  client: TestClient,
  token: string,
): Promise<Record<string, readonly Answer[]>> {
  const { id } = await newPerson(client)
  const started = await start(client, token, id)
  return {
    startImpersonation: [started, await start(client, token, id, 'cookie')],
    stopImpersonation: [await stop(client, String(started.body.access_token))],
  }
}

/** Refusals that only these calls have, with their codes. */
export async function impersonationRefusals(
  client: TestClient,
  { id, token }: { readonly id: string; readonly token: string },
): Promise<[string, Answer][]> {
  return [
    ['cannot_impersonate', await start(client, token, id)],
    ['not_impersonating', await stop(client, token)],
  ]
}

/** Makes calls as an administrator who sees an account as its owner does. The code of a cookie may make every call. */
export async function impersonatingCaller(client: TestClient, token: string) {
  const { id } = await newPerson(client)
  const { headers } = await start(client, token, id, 'cookie')
  const credential = /=(pxs_[\w-]+);/.exec(headers.get('set-cookie') ?? '')?.[1]
  if (credential === undefined) throw new Error('no cookie was set')
  return async (operation: NamedOperation) => await callOperation(operation, { client, credential })
}
