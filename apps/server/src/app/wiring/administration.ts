import { ServiceAccountsService } from '../../features/administration/service-accounts/service.ts'
import { ContactMarkingService } from '../../features/administration/users/contacts.ts'
import { CredentialResetService } from '../../features/administration/users/credentials.ts'
import { RoleAssignmentService } from '../../features/administration/users/roles.ts'
import { AdministrationService } from '../../features/administration/users/service.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'
import type { SelfService } from './self-service.ts'

export function wireAdministration(above: Records & Authentication & SelfService) {
  const administration = new AdministrationService(above)
  const credentialReset = new CredentialResetService(above)
  const roleAssignment = new RoleAssignmentService(above)
  const contactMarking = new ContactMarkingService(above)
  const serviceAccounts = new ServiceAccountsService(above)
  return { administration, contactMarking, credentialReset, roleAssignment, serviceAccounts }
}
