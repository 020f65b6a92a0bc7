import type { PasswordPolicy } from '../../features/authenticators/passwords/model.ts'
import type { AnyContract } from '../../features/integration/contracts/contract.ts'
import { contractTokenSeconds } from '../../features/integration/contracts/model.ts'
import { mountAt } from '../../features/integration/contracts/mounted.ts'
import { oauthBearer } from '../../features/integration/contracts/oauth-bearer/routes.ts'
import { OauthBearerUsers } from '../../features/integration/contracts/oauth-bearer/users/service.ts'
import { phonePassword } from '../../features/integration/contracts/phone-password/routes.ts'
import { sessionCode } from '../../features/integration/contracts/session-code/routes.ts'
import { ContactCards } from '../../features/integration/contracts/session-code/service.ts'
import { ContractTokens } from '../../features/integration/contracts/tokens/service.ts'
import { userSecretEnvelope } from '../../features/integration/contracts/user-secret/envelope/routes.ts'
import { userSecret } from '../../features/integration/contracts/user-secret/routes.ts'
import type { ContractName } from '../../platform/config/contract-paths.ts'
import type { Config } from '../../platform/config/load-config.ts'
import { authenticateWith } from '../authenticate.ts'
import type { Administration } from './administration.ts'
import type { Authentication } from './authentication.ts'
import type { Records } from './records.ts'
import type { SelfService } from './self-service.ts'

type Above = Records & Authentication & SelfService & Administration

/** The contracts that the settings enable, each at its place. */
export function wireContracts(above: Above) {
  const contracts = above.config.contracts.map((mount) => mountAt(mount, contractOf(mount.name, above)))
  return { contracts }
}

function contractOf(name: ContractName, above: Above): AnyContract {
  const options = { ...above, tokens: tokensOf(name, above) }
  switch (name) {
    case 'session-code':
      return sessionCodeOf(above)
    case 'phone-password':
      return phonePassword({
        ...options,
        passwordPolicy: policyOf(above.config.contractPhonePasswordLengthMin, above),
      })
    case 'user-secret':
      return userSecret(options)
    case 'user-secret-envelope':
      return userSecretEnvelope(options)
    case 'oauth-bearer':
      return oauthBearer({
        ...options,
        oauthBearerUsers: new OauthBearerUsers(above),
        passwordPolicy: policyOf(above.config.contractOauthBearerLengthMin, above),
      })
  }
}

/** Its length is a setting of each contract. */
function policyOf(lengthMin: number, { config }: Above): PasswordPolicy {
  return { lengthMin, acceptsCommon: config.contractCommonPasswords === 'accept' }
}

function sessionCodeOf(above: Above): AnyContract {
  const { config } = above
  return sessionCode({
    ...above,
    contactCards: new ContactCards(above),
    passwordPolicy: policyOf(config.contractSessionCodeLengthMin, above),
    wrongPasswordStatus: config.contractSessionCodeWrongPasswordStatus === '401' ? 401 : 202,
  })
}

function tokensOf(name: ContractName, above: Above): ContractTokens {
  const { config } = above
  return new ContractTokens({
    ...above,
    audience: config.contractTokenAudience ? `urn:proxima:contract:${name}` : null,
    lifeSeconds: contractTokenSeconds[name],
    secret: tokenSecretOf(name, config),
    authenticate: authenticateWith(above),
  })
}

function tokenSecretOf(name: ContractName, config: Config): string | null {
  switch (name) {
    case 'phone-password':
      return config.contractPhonePasswordTokenSecret
    case 'user-secret':
    case 'user-secret-envelope':
      return config.contractUserSecretTokenSecret
    case 'oauth-bearer':
      return config.contractOauthBearerTokenSecret
    // Its clients see nothing but a session code.
    case 'session-code':
      return null
  }
}
