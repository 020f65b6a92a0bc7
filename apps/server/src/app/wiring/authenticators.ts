import { PasswordsRepository } from '../../features/authenticators/passwords/repository.ts'
import { PasswordsService } from '../../features/authenticators/passwords/service.ts'
import { UserSecretsRepository } from '../../features/authenticators/user-secrets/repository.ts'
import { UserSecretsService } from '../../features/authenticators/user-secrets/service.ts'
import type { Platform } from './platform.ts'

export type Authenticators = ReturnType<typeof wireAuthenticators>

export function wireAuthenticators(platform: Platform) {
  const { passwordLengthMin: lengthMin, serviceName } = platform.config
  const passwords = new PasswordsService({
    ...platform,
    passwords: new PasswordsRepository(),
    lengthMin,
    serviceName,
  })
  const userSecrets = new UserSecretsService({ ...platform, userSecrets: new UserSecretsRepository() })
  return { passwords, userSecrets }
}
