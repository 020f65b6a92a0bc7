import { CodesRepository } from '../../features/authenticators/codes/repository.ts'
import { CodesService } from '../../features/authenticators/codes/service.ts'
import { PasswordsRepository } from '../../features/authenticators/passwords/repository.ts'
import { PasswordsService } from '../../features/authenticators/passwords/service.ts'
import { UserSecretsRepository } from '../../features/authenticators/user-secrets/repository.ts'
import { UserSecretsService } from '../../features/authenticators/user-secrets/service.ts'
import { AccountsRepository } from '../../features/users/accounts/repository.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'

export type Authenticators = ReturnType<typeof wireAuthenticators>

export function wireAuthenticators(above: Platform & Safeguards) {
  const { passwordLengthMin: lengthMin, serviceName } = above.config
  const passwords = new PasswordsService({
    ...above,
    passwords: new PasswordsRepository(),
    lengthMin,
    serviceName,
  })
  const userSecrets = new UserSecretsService({
    ...above,
    userSecrets: new UserSecretsRepository(new AccountsRepository()),
  })
  const codes = new CodesService({ ...above, codes: new CodesRepository() })
  return { passwords, userSecrets, codes }
}
