import { RolesRepository } from '../../features/authorization/roles/repository.ts'
import { RolesService } from '../../features/authorization/roles/service.ts'
import type { Platform } from './platform.ts'

export type Authorization = ReturnType<typeof wireAuthorization>

export function wireAuthorization({ db }: Platform) {
  const roles = new RolesService({ db, roles: new RolesRepository() })
  return { roles }
}
