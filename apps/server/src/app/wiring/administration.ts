import { addressOutlet, fileOutlet } from '../../features/administration/audit-trail/checkpoints/outlets.ts'
import { CheckpointsRepository } from '../../features/administration/audit-trail/checkpoints/repository.ts'
import { CheckpointsService } from '../../features/administration/audit-trail/checkpoints/service.ts'
import { BlocksRepository } from '../../features/administration/audit-trail/repository.ts'
import { AuditRetention } from '../../features/administration/audit-trail/retention.ts'
import { SealingService } from '../../features/administration/audit-trail/sealing.ts'
import { VerificationRepository } from '../../features/administration/audit-trail/verification/repository.ts'
import { TrailVerification } from '../../features/administration/audit-trail/verification/service.ts'
import { TailVerification } from '../../features/administration/audit-trail/verification/tail.ts'
import { ClientCreation } from '../../features/administration/clients/creation.ts'
import { ClientAdministration } from '../../features/administration/clients/service.ts'
import { DemoRepository } from '../../features/administration/demo/repository.ts'
import { DemoService } from '../../features/administration/demo/service.ts'
import { DeploymentService } from '../../features/administration/deployment/service.ts'
import { RoleAssignmentService } from '../../features/administration/role-assignments/service.ts'
import { ServiceAccountsService } from '../../features/administration/service-accounts/service.ts'
import { SetupRepository } from '../../features/administration/setup/repository.ts'
import { SetupService } from '../../features/administration/setup/service.ts'
import { ContactMarkingService } from '../../features/administration/users/contacts.ts'
import { CredentialResetService } from '../../features/administration/users/credentials.ts'
import { AdministrationService } from '../../features/administration/users/service.ts'
import { SuspensionsRepository } from '../../features/administration/users/suspensions/repository.ts'
import { Targets } from '../../features/administration/users/targets.ts'
import { AuditPeopleRepository } from '../../features/safeguards/audit/people/repository.ts'
import { AuditPeople } from '../../features/safeguards/audit/people/service.ts'
import type { Database } from '../../platform/database/tables.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'
import type { SelfService } from './self-service.ts'
import { wireUserAdministration } from './user-administration.ts'

type Above = Records & Authentication & SelfService

export type Administration = ReturnType<typeof wireAdministration>

export function wireAdministration(above: Above) {
  const targets = new Targets(above)
  const administration = new AdministrationService({
    ...above,
    suspensions: new SuspensionsRepository(),
    targets,
  })
  const credentialReset = new CredentialResetService(above)
  const roleAssignment = new RoleAssignmentService(above)
  const contactMarking = new ContactMarkingService(above)
  const serviceAccounts = new ServiceAccountsService(above)
  const setup = new SetupService({ ...above, links: new SetupRepository() })
  const clientAdministration = new ClientAdministration(above)
  const demo = new DemoService({ ...above, demo: new DemoRepository() })
  const deployment = new DeploymentService(above)
  const clientCreation = new ClientCreation({ ...above, clientAdministration })
  return {
    administration,
    clientAdministration,
    clientCreation,
    contactMarking,
    credentialReset,
    demo,
    deployment,
    roleAssignment,
    serviceAccounts,
    setup,
    ...wireUserAdministration({ ...above, administration, roleAssignment, targets }),
    ...wireAuditTrail(above),
  }
}

function wireAuditTrail(above: Records) {
  const { auditCheckpointFile: file, auditCheckpointUrl: url } = above.config
  const blocks = new BlocksRepository()
  const sealing = new SealingService({ ...above, blocks })
  const chain = { ...above, ...above.config, blocks, sealing }
  const outlets = [
    ...(file === null ? [] : [fileOutlet(file)]),
    ...(url === null ? [] : [addressOutlet(url, above.configuredOutgoing)]),
  ]
  const checkpoints = new CheckpointsService({ ...chain, checkpoints: new CheckpointsRepository(), outlets })
  return {
    auditRetention: new AuditRetention(chain),
    checkpoints,
    sealing,
    ...wireVerification(above),
  }
}

/** Needs no secret, so that a copy of the database can be verified anywhere. */
export function wireVerification({ db }: { readonly db: Database }) {
  const auditPeople = new AuditPeople(new AuditPeopleRepository())
  const options = { db, trail: new VerificationRepository(), auditPeople }
  return {
    trailVerification: new TrailVerification(options),
    tailVerification: new TailVerification(options),
  }
}
