import { RolesRepository } from '../../features/authorization/roles/repository.ts'
import { RolesService } from '../../features/authorization/roles/service.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'

export type Authorization = ReturnType<typeof wireAuthorization>

export function wireAuthorization(above: Platform & Safeguards) {
  const roles = new RolesService({ ...above, roles: new RolesRepository() })
  return { roles }
}
