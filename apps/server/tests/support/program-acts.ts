import { operator } from '../../src/features/authorization/roles/model.ts'
import type { AuditOutcome } from '../../src/features/safeguards/audit/model.ts'
import { daySeconds } from '../../src/platform/kernel/durations.ts'
import { noRequest } from '../../src/platform/kernel/request-context.ts'
import { type MadeKey, newApiKey } from './api-keys.ts'
import type { DeletionServer } from './deletion-server.ts'
import { newPerson } from './people.ts'

type World = Pick<DeletionServer, 'client' | 'clock' | 'services'>

interface OwnKey extends MadeKey {
  readonly token: string
  /** Of the key. */
  readonly path: string
}

/** The act of a person with an API key, and what the audit trail must hold after it. */
function withKey(act: (world: World, own: OwnKey) => Promise<unknown>, body: object = {}) {
  return async (world: World) => {
    const { id, token } = await newPerson(world.client)
    const made = await newApiKey(world.client, token, body)
    await act(world, { ...made, token, path: `/v1/me/api-keys/${made.id}` })
    return { account_id: id, session_id: null }
  }
}

const useElsewhere = withKey(({ client }, { key }) => client.me(key), { allowed_networks: ['192.0.2.1'] })

/** One act for each action of the audit trail that is about service accounts and API keys. */
export const programActs = {
  service_account_creation: async ({ services }: World) => {
    const { id } = await services.serviceAccounts.create('Billing', noRequest)
    return { account_id: id, session_id: null }
  },
  service_account_change: async ({ services }: World) => {
    const { id } = await services.serviceAccounts.create('Billing', noRequest)
    await services.serviceAccounts.rename(id, 'Invoices', operator)
    return { account_id: id, session_id: null }
  },
  api_key_creation: withKey(async () => undefined),
  api_key_rotation: withKey(({ client }, { token, path }) => client.post(`${path}/rotation`, {}, { token })),
  api_key_change: withKey(({ client }, { token, path }) => client.patch(path, { name: 'New' }, { token })),
  api_key_revocation: withKey(({ client }, { token, path }) =>
    client.send('DELETE', path, undefined, { token }),
  ),
  api_key_expiry: withKey(async ({ client, clock }, { key }) => {
    clock.advance(90 * daySeconds)
    await client.me(key)
  }),
  api_key_use: async (world: World) => {
    const outcome: AuditOutcome = 'failure'
    return { ...(await useElsewhere(world)), outcome }
  },
}
