import { AdministrationService } from '../../features/administration/users/service.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'
import type { SelfService } from './self-service.ts'

export function wireAdministration(above: Records & Authentication & SelfService) {
  const administration = new AdministrationService(above)
  return { administration }
}
