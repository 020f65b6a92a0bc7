import type { Services } from '../../src/app/wire.ts'
import { operator } from '../../src/features/authorization/roles/model.ts'
import { newPerson } from './people.ts'
import { newRole } from './roles.ts'
import type { TestClient } from './test-client.ts'

interface World {
  readonly client: TestClient
  readonly services: Services
}

/** A change of a role, which concerns no account. */
function onRole(act: (services: Services, role: string) => Promise<unknown>) {
  return async ({ services }: World) => {
    await act(services, await newRole(services))
    return { account_id: null, session_id: null }
  }
}

/** One act for each action about roles, with what the audit trail must hold after it. */
export const roleActs = {
  role_assignment: async ({ client, services }: World) => {
    const { id } = await newPerson(client)
    await services.roleAssignment.add(id, await newRole(services))
    return { account_id: id, session_id: null }
  },
  role_creation: onRole(async () => undefined),
  role_change: onRole(({ roleDefinitions }, role) =>
    roleDefinitions.update(role, { permissions: ['users:read'] }, operator),
  ),
  role_deletion: onRole(({ roleDefinitions }, role) => roleDefinitions.delete(role, operator)),
}
