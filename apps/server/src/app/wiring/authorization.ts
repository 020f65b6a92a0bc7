import { ClientsRepository } from '../../features/authorization/clients/repository.ts'
import { ClientsService } from '../../features/authorization/clients/service.ts'
import { ConsentsRepository } from '../../features/authorization/consents/repository.ts'
import { ConsentsService } from '../../features/authorization/consents/service.ts'
import { DefinitionsRepository } from '../../features/authorization/roles/definitions/repository.ts'
import { RoleDefinitions } from '../../features/authorization/roles/definitions/service.ts'
import { RolesRepository } from '../../features/authorization/roles/repository.ts'
import { RolesService } from '../../features/authorization/roles/service.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'
import type { Users } from './users.ts'

export type Authorization = ReturnType<typeof wireAuthorization>

export function wireAuthorization(above: Platform & Safeguards & Users) {
  const repository = new RolesRepository()
  const roles = new RolesService({ ...above, roles: repository })
  const definitions = new DefinitionsRepository()
  const roleDefinitions = new RoleDefinitions({ ...above, roles, definitions, locks: repository })
  const clients = new ClientsService({ ...above, clients: new ClientsRepository() })
  const consents = new ConsentsService({ ...above, consents: new ConsentsRepository() })
  return { roles, roleDefinitions, clients, consents }
}
