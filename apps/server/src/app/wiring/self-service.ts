import { accountDataOf } from '../../features/self-service/account-data/service.ts'
import { PasswordChangeService } from '../../features/self-service/credentials/password.ts'
import { SecretRenewalService } from '../../features/self-service/credentials/secret.ts'
import { UsernameChangeService } from '../../features/self-service/credentials/username.ts'
import { Erasure } from '../../features/self-service/deletions/erasure.ts'
import { DeletionsRepository } from '../../features/self-service/deletions/repository.ts'
import { RestorationService } from '../../features/self-service/deletions/restoration.ts'
import { DeletionsService } from '../../features/self-service/deletions/service.ts'
import { UnconfirmedAccounts } from '../../features/self-service/deletions/unconfirmed.ts'
import { ExportService } from '../../features/self-service/export/service.ts'
import { scrub } from '../../platform/database/scrub.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'

export type SelfService = ReturnType<typeof wireSelfService>

export function wireSelfService(above: Records & Authentication) {
  const passwordChange = new PasswordChangeService(above)
  const secretRenewal = new SecretRenewalService(above)
  const usernameChange = new UsernameChangeService(above)
  const exports = new ExportService({ ...above, accountData: accountDataOf(above) })
  return { passwordChange, secretRenewal, usernameChange, ...wireDeletions(above), exports }
}

function wireDeletions(above: Records & Authentication) {
  const { config, db, engine = { scrub: null } } = above
  const repository = new DeletionsRepository()
  const erasure = new Erasure({
    ...above,
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
