import { AdministrationService } from '../../features/administration/users/service.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'

export function wireAdministration(above: Records & Authentication) {
  const administration = new AdministrationService(above)
  return { administration }
}
