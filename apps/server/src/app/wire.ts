import { wireAdministration } from './wiring/administration.ts'
import { wireAuthentication } from './wiring/authentication.ts'
import { wireAuthenticators } from './wiring/authenticators.ts'
import { wireAuthorization } from './wiring/authorization.ts'
import { wireContracts } from './wiring/contracts.ts'
import { wireIntegration } from './wiring/integration.ts'
import { wireMessages } from './wiring/messages.ts'
import { wireOAuth } from './wiring/oauth.ts'
import { wireOpenId } from './wiring/openid.ts'
import { type WireOptions, wirePlatform } from './wiring/platform.ts'
import { wireSafeguards } from './wiring/safeguards.ts'
import { wireSecondFactor } from './wiring/second-factor.ts'
import { wireSelfService } from './wiring/self-service.ts'
import { wireSessionManagement } from './wiring/session-management.ts'
import { wireStatistics } from './wiring/statistics.ts'
import { wireTransfers } from './wiring/transfers.ts'
import { wireUsers } from './wiring/users.ts'

export type Services = ReturnType<typeof wire>

/** Creates every service, one group of features after the other, in reading order. */
export function wire(options: WireOptions) {
  const shared = wirePlatform(options)
  const platform = { ...options, ...shared }
  const statistics = wireStatistics(platform)
  const safeguards = wireSafeguards(platform)
  const messages = wireMessages({ ...platform, ...safeguards, ...statistics })
  const users = wireUsers({ ...platform, ...safeguards, ...statistics })
  const authorization = wireAuthorization({ ...platform, ...safeguards, ...users })
  const sessionManagement = wireSessionManagement({ ...platform, ...safeguards, ...statistics })
  const authenticators = wireAuthenticators({
    ...platform,
    ...safeguards,
    ...messages,
    ...users,
    ...authorization,
  })

  const integration = wireIntegration({ ...platform, ...safeguards, ...users })

  const services = {
    db: options.db,
    ...shared,
    ...statistics,
    ...safeguards,
    ...messages,
    ...users,
    ...authorization,
    ...sessionManagement,
    ...authenticators,
    ...integration,
  }
  const records = { ...options, ...services }
  const authentication = wireAuthentication(records)
  const selfService = wireSelfService({ ...records, ...authentication })
  const secondFactor = wireSecondFactor({ ...records, ...authentication, ...selfService })
  const administration = wireAdministration({ ...records, ...authentication, ...selfService })
  const openId = wireOpenId({ ...records, ...authentication })
  const oauth = wireOAuth({ ...records, ...authentication })
  const contracts = wireContracts({ ...records, ...authentication, ...selfService, ...administration })
  const transfers = wireTransfers(records)
  return {
    ...services,
    ...authentication,
    ...selfService,
    ...secondFactor,
    ...administration,
    ...openId,
    ...oauth,
    ...contracts,
    ...transfers,
  }
}
