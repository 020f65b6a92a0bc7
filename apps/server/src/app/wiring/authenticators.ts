import { LastUsedRepository } from '../../features/authenticators/api-keys/last-used/repository.ts'
import { LastUsedService } from '../../features/authenticators/api-keys/last-used/service.ts'
import { ApiKeyManagement } from '../../features/authenticators/api-keys/management/service.ts'
import { ApiKeysRepository } from '../../features/authenticators/api-keys/repository.ts'
import { ApiKeysService } from '../../features/authenticators/api-keys/service.ts'
import { codeLifetimes } from '../../features/authenticators/codes/model.ts'
import { CodesRepository } from '../../features/authenticators/codes/repository.ts'
import { CodesService } from '../../features/authenticators/codes/service.ts'
import { RecoveryMarksRepository } from '../../features/authenticators/contact-codes/recovered-by/repository.ts'
import { RecoveryMarks } from '../../features/authenticators/contact-codes/recovered-by/service.ts'
import { ContactCodesService } from '../../features/authenticators/contact-codes/service.ts'
import { LinkedAccountsRepository } from '../../features/authenticators/linked-accounts/repository.ts'
import { LinkedAccountsService } from '../../features/authenticators/linked-accounts/service.ts'
import { OldBackend } from '../../features/authenticators/passwords/old-backend.ts'
import { PasswordsRepository } from '../../features/authenticators/passwords/repository.ts'
import { PasswordsService } from '../../features/authenticators/passwords/service.ts'
import { UserSecretsRepository } from '../../features/authenticators/user-secrets/repository.ts'
import { UserSecretsService } from '../../features/authenticators/user-secrets/service.ts'
import { smsRecipient } from '../../features/users/accounts/identifiers/recipients.ts'
import { AccountsRepository } from '../../features/users/accounts/repository.ts'
import { dayMs, hourMs } from '../../platform/kernel/durations.ts'
import type { Authorization } from './authorization.ts'
import { wireFactors } from './factors.ts'
import type { Messages } from './messages.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'
import type { Users } from './users.ts'

export type Authenticators = ReturnType<typeof wireAuthenticators>

export function wireAuthenticators(above: Platform & Safeguards & Messages & Users & Authorization) {
  const { passwordLengthMin: lengthMin, serviceName } = above.config
  const passwords = new PasswordsService({
    ...above,
    passwords: new PasswordsRepository(),
    oldBackend: oldBackendOf(above),
    lengthMin,
    serviceName,
  })
  const userSecrets = new UserSecretsService({
    ...above,
    userSecrets: new UserSecretsRepository(new AccountsRepository()),
  })
  const { messageCaps } = above
  const codes = new CodesService({
    ...above,
    codes: new CodesRepository(),
    lifetimes: {
      ...codeLifetimes,
      invitation: { codeMs: 0, linkMs: above.config.invitationHours * hourMs },
    },
    // Few used codes are a sign of fraud with text messages (A89).
    onUsed: async (transaction, { kind, canonical }) => {
      if (kind === 'phone_number') await messageCaps.countUsedCode(transaction, smsRecipient(canonical, null))
    },
  })
  const recoveryMarks = new RecoveryMarks({
    ...above,
    recoveryMarks: new RecoveryMarksRepository(),
    isUsed: above.config.secondFactorCodes.length > 0,
  })
  const contactCodes = new ContactCodesService({
    ...above,
    codes,
    recoveryMarks,
    policy: {
      contacts: above.config.secondFactorCodes,
      isBesideOthers: above.config.secondFactorCodesBesideOthers,
    },
  })
  const linkedAccounts = new LinkedAccountsService({
    ...above,
    linkedAccounts: new LinkedAccountsRepository(),
    providerIds: above.config.providers.map(({ id }) => id),
  })
  return {
    passwords,
    userSecrets,
    codes,
    linkedAccounts,
    recoveryMarks,
    contactCodes,
    ...wireFactors(above),
    ...wireApiKeys(above),
  }
}

function oldBackendOf({ clock, config, configuredOutgoing }: Platform): OldBackend | null {
  const { verifyPasswordsWith: url, verifyPasswordsTimeoutMs: timeoutMs } = config
  return url === null ? null : new OldBackend({ url, outgoing: configuredOutgoing, timeoutMs, clock })
}

function wireApiKeys(above: Platform & Safeguards & Messages & Authorization) {
  const { apiKeyDays, apiKeyDaysMax } = above.config
  const apiKeyUses = new LastUsedService({ ...above, lastUsed: new LastUsedRepository() })
  const apiKeys = new ApiKeysService({
    ...above,
    apiKeys: new ApiKeysRepository(new AccountsRepository()),
    lastUsed: apiKeyUses,
    lifetimes: { usualMs: Math.min(apiKeyDays, apiKeyDaysMax) * dayMs, longestMs: apiKeyDaysMax * dayMs },
  })
  const apiKeyManagement = new ApiKeyManagement({ ...above, apiKeys })
  return { apiKeyUses, apiKeys, apiKeyManagement }
}
