import { accountDataOf } from '../../features/self-service/account-data/service.ts'
import { PasswordChangeService } from '../../features/self-service/credentials/password.ts'
import { SecretRenewalService } from '../../features/self-service/credentials/secret.ts'
import { UsernameChangeService } from '../../features/self-service/credentials/username.ts'
import { ExportService } from '../../features/self-service/export/service.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'

export function wireSelfService(above: Records & Authentication) {
  const passwordChange = new PasswordChangeService(above)
  const secretRenewal = new SecretRenewalService(above)
  const usernameChange = new UsernameChangeService(above)
  const exports = new ExportService({ ...above, accountData: accountDataOf(above) })
  return { passwordChange, secretRenewal, usernameChange, exports }
}
