import { UserJobsRepository } from '../../features/administration/users/jobs/repository.ts'
import { accountDataOf } from '../../features/self-service/account-data/service.ts'
import { OwnApiKeys } from '../../features/self-service/api-keys/service.ts'
import { OwnConsents } from '../../features/self-service/consents/service.ts'
import { ContactClaims } from '../../features/self-service/contacts/claims.ts'
import { ContactChangeConfirmations } from '../../features/self-service/contacts/confirmations.ts'
import { PendingContactChanges } from '../../features/self-service/contacts/pending.ts'
import { RecentContactChanges } from '../../features/self-service/contacts/recent.ts'
import { ContactChangesRepository } from '../../features/self-service/contacts/repository.ts'
import { ContactChangeRequests } from '../../features/self-service/contacts/requests.ts'
import { ContactChangeUndo } from '../../features/self-service/contacts/undo.ts'
import { PasswordChangeService } from '../../features/self-service/credentials/password.ts'
import { SecretRenewalService } from '../../features/self-service/credentials/secret.ts'
import { UsernameChangeService } from '../../features/self-service/credentials/username.ts'
import { Erasure } from '../../features/self-service/deletions/erasure.ts'
import { DeletionsRepository } from '../../features/self-service/deletions/repository.ts'
import { RestorationService } from '../../features/self-service/deletions/restoration.ts'
import { DeletionsService } from '../../features/self-service/deletions/service.ts'
import { UnconfirmedAccounts } from '../../features/self-service/deletions/unconfirmed.ts'
import { ExportService } from '../../features/self-service/export/service.ts'
import { FactorChanges } from '../../features/self-service/factors/changes.ts'
import { PasskeyAdditions } from '../../features/self-service/factors/passkeys/service.ts'
import { OwnFactorsService } from '../../features/self-service/factors/service.ts'
import { TotpEnrolments } from '../../features/self-service/factors/totp.ts'
import { OwnLinkedAccounts } from '../../features/self-service/linked-accounts/service.ts'
import { OwnProfileService } from '../../features/self-service/profile/service.ts'
import { SecurityLog } from '../../features/self-service/security-log/service.ts'
import { OwnTrustedDevices } from '../../features/self-service/trusted-devices/service.ts'
import { scrub } from '../../platform/database/scrub.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'

export type SelfService = ReturnType<typeof wireSelfService>

export function wireSelfService(records: Records & Authentication) {
  const above = { ...records, jobs: new UserJobsRepository() }
  const passwordChange = new PasswordChangeService(above)
  const secretRenewal = new SecretRenewalService(above)
  const usernameChange = new UsernameChangeService(above)
  const ownApiKeys = new OwnApiKeys(above)
  const ownLinkedAccounts = new OwnLinkedAccounts(above)
  const ownConsents = new OwnConsents({ ...above, consentUses: [above.clientSessions, above.openIdEntries] })
  const ownProfile = new OwnProfileService(above)
  const securityLog = new SecurityLog(above)
  const exports = new ExportService({ ...above, accountData: accountDataOf(above) })
  const changes = { ...wireContactChanges(above), ...wireDeletions(above) }
  const { jobs } = above
  return {
    jobs,
    ...wireOwnFactors(above),
    passwordChange,
    secretRenewal,
    usernameChange,
    ownApiKeys,
    ownConsents,
    ownLinkedAccounts,
    ownProfile,
    securityLog,
    ...changes,
    exports,
  }
}

function wireOwnFactors(records: Records & Authentication) {
  const above = { ...records, factorChanges: new FactorChanges(records) }
  return {
    ownTrustedDevices: new OwnTrustedDevices(records),
    ownFactors: new OwnFactorsService(above),
    totpEnrolments: new TotpEnrolments(above),
    passkeyAdditions: new PasskeyAdditions(above),
  }
}

function wireContactChanges(above: Records & Authentication) {
  const parts = { ...above, changes: new ContactChangesRepository(), claims: new ContactClaims(above) }
  const isStrict = above.config.privacy === 'strict'
  const contactChangeRequests = new ContactChangeRequests({ ...parts, isStrict })
  const contactChangeConfirmations = new ContactChangeConfirmations(parts)
  const contactChangeUndo = new ContactChangeUndo({ ...parts, recovery: above.recoveryProofs })
  return {
    contactChangeRequests,
    contactChangeConfirmations,
    contactChangeUndo,
    pendingContactChanges: new PendingContactChanges(parts),
    recentContactChanges: new RecentContactChanges({ ...parts, undoDays: above.config.contactUndoDays }),
  }
}

function wireDeletions(above: Records & Authentication & { readonly jobs: UserJobsRepository }) {
  const { config, db, engine = { scrub: null } } = above
  const repository = new DeletionsRepository()
  const erasure = new Erasure({
    ...above,
    deletions: repository,
    accountData: accountDataOf(above),
    scrub: () => scrub(db, engine),
  })
  const deletions = new DeletionsService({
    ...above,
    erasure,
    deletions: repository,
    graceDays: config.deletionGraceDays,
  })
  const restoration = new RestorationService({ ...above, deletions: repository })
  const unconfirmedAccounts = new UnconfirmedAccounts({ ...above, erasure })
  return { deletions, restoration, unconfirmedAccounts }
}
