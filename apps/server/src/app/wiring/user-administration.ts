import type { RoleAssignmentService } from '../../features/administration/role-assignments/service.ts'
import { UserApiKeysService } from '../../features/administration/users/api-keys/service.ts'
import { UserChangeService } from '../../features/administration/users/changes/service.ts'
import { UserCreationService } from '../../features/administration/users/creation/service.ts'
import { UserFactorRecovery } from '../../features/administration/users/factors/recovery.ts'
import { UserFactorsService } from '../../features/administration/users/factors/service.ts'
import { ImpersonationService } from '../../features/administration/users/impersonation/service.ts'
import { JobActions } from '../../features/administration/users/jobs/actions.ts'
import { UserJobsService } from '../../features/administration/users/jobs/service.ts'
import { MergeService } from '../../features/administration/users/merges/service.ts'
import { UserRequests } from '../../features/administration/users/requests.ts'
import { UserSearchRepository } from '../../features/administration/users/search/repository.ts'
import { UserSearchService } from '../../features/administration/users/search/service.ts'
import type { AdministrationService } from '../../features/administration/users/service.ts'
import { UserSessionsService } from '../../features/administration/users/sessions/service.ts'
import type { Targets } from '../../features/administration/users/targets.ts'
import { AccountsRepository } from '../../features/users/accounts/repository.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'
import type { SelfService } from './self-service.ts'

interface Actions {
  readonly administration: AdministrationService
  readonly roleAssignment: RoleAssignmentService
  readonly targets: Targets
}

/** What administrators do with the accounts of other users, beyond their status and their roles. */
export function wireUserAdministration(above: Records & Authentication & SelfService & Actions) {
  const people = new UserSearchRepository(new AccountsRepository())
  const userSearch = new UserSearchService({ ...above, people })
  const userCreation = new UserCreationService(above)
  const userChange = new UserChangeService(above)
  const userRequests = new UserRequests(above)
  const userApiKeys = new UserApiKeysService(above)
  const userSessions = new UserSessionsService(above)
  const userFactors = new UserFactorsService(above)
  const isAllowed = above.config.recoveryByAdministrator
  const userFactorRecovery = new UserFactorRecovery({ ...above, isAllowed })
  const merges = new MergeService(above)
  const userJobs = new UserJobsService(above)
  const impersonation = new ImpersonationService(above)
  const jobActions = new JobActions({ ...above, userSessions })
  return {
    impersonation,
    userSearch,
    userCreation,
    userChange,
    userRequests,
    userApiKeys,
    userSessions,
    userFactors,
    userFactorRecovery,
    merges,
    userJobs,
    jobActions,
  }
}
