import { auditTrailRoutes } from '../features/administration/audit-trail/routes.ts'
import { clientsRoutes } from '../features/administration/clients/routes.ts'
import { deploymentRoutes } from '../features/administration/deployment/routes.ts'
import { roleAssignmentRoutes } from '../features/administration/role-assignments/routes.ts'
import { serviceAccountsRoutes } from '../features/administration/service-accounts/routes.ts'
import { statisticsRoutes } from '../features/administration/statistics/routes.ts'
import { userApiKeysRoutes } from '../features/administration/users/api-keys/routes.ts'
import { userChangeRoutes } from '../features/administration/users/changes/routes.ts'
import { userCreationRoutes } from '../features/administration/users/creation/routes.ts'
import { userFactorsRoutes } from '../features/administration/users/factors/routes.ts'
import { impersonationRoutes } from '../features/administration/users/impersonation/routes.ts'
import { userJobsRoutes } from '../features/administration/users/jobs/routes.ts'
import { mergeRoutes } from '../features/administration/users/merges/routes.ts'
import { administrationRoutes } from '../features/administration/users/routes.ts'
import { userSearchRoutes } from '../features/administration/users/search/routes.ts'
import { userSessionsRoutes } from '../features/administration/users/sessions/routes.ts'
import { factorRecoveryRoutes } from '../features/authentication/factor-recovery/routes.ts'
import { federationRoutes } from '../features/authentication/federation/routes.ts'
import { passkeyLoginRoutes } from '../features/authentication/login/passkeys/routes.ts'
import { loginRoutes } from '../features/authentication/login/routes.ts'
import { reauthenticationRoutes } from '../features/authentication/reauthentication/routes.ts'
import { recoveryRoutes } from '../features/authentication/recovery/routes.ts'
import { passkeyRegistrationRoutes } from '../features/authentication/registration/passkeys/routes.ts'
import { registrationRoutes } from '../features/authentication/registration/routes.ts'
import { secondFactorRoutes } from '../features/authentication/second-factor/routes.ts'
import { signInCodeRoutes } from '../features/authentication/sign-in-codes/routes.ts'
import { verificationRoutes } from '../features/authentication/verification/routes.ts'
import { serviceKeysRoutes } from '../features/authenticators/api-keys/of-services/routes.ts'
import { ownKeysRoutes } from '../features/authenticators/api-keys/own/routes.ts'
import { rolesRoutes } from '../features/authorization/roles/definitions/routes.ts'
import { forwardAuthRoutes } from '../features/integration/forward-auth/routes.ts'
import { metadataRoutes } from '../features/integration/oauth/metadata/routes.ts'
import { oauthRoutes } from '../features/integration/oauth/routes.ts'
import { webhookDeliveriesRoutes } from '../features/integration/webhooks/deliveries/routes.ts'
import { webhooksRoutes } from '../features/integration/webhooks/endpoints/routes.ts'
import { bouncesRoutes } from '../features/messages/bounces/routes.ts'
import { messageManagementRoutes } from '../features/messages/management/routes.ts'
import { outboxRoutes } from '../features/messages/outbox/routes.ts'
import { openIdRoutes } from '../features/openid/routes.ts'
import type { HostedPagesOptions } from '../features/pages/frame/hosted-pages.ts'
import { revocationFeedRoutes } from '../features/safeguards/revocations/feed/routes.ts'
import { consentsRoutes } from '../features/self-service/consents/routes.ts'
import { contactChangeRoutes } from '../features/self-service/contacts/routes.ts'
import { credentialsRoutes } from '../features/self-service/credentials/routes.ts'
import { deletionsRoutes } from '../features/self-service/deletions/routes.ts'
import { exportRoutes } from '../features/self-service/export/routes.ts'
import { passkeyRoutes } from '../features/self-service/factors/passkeys/routes.ts'
import { ownFactorsRoutes } from '../features/self-service/factors/routes.ts'
import { linkedAccountsRoutes } from '../features/self-service/linked-accounts/routes.ts'
import { trustedDevicesRoutes } from '../features/self-service/trusted-devices/routes.ts'
import { keysRoutes } from '../features/session-management/keys/routes.ts'
import { sessionsRoutes } from '../features/session-management/sessions/routes.ts'
import { canonicalAddress } from '../features/users/accounts/identifiers/recipients.ts'
import { accountsRoutes } from '../features/users/accounts/routes.ts'
import { picturesRoutes } from '../features/users/pictures/routes.ts'
import { profilesRoutes } from '../features/users/profiles/routes.ts'
import type { Config } from '../platform/config/load-config.ts'
import type { App } from '../platform/http/app.ts'
import type { Clock } from '../platform/kernel/clock.ts'
import { authenticateWith } from './authenticate.ts'
import { examineRunning } from './doctor/examine-running.ts'
import { pageRoutes } from './page-routes.ts'
import type { Services } from './wire.ts'

export interface FeatureRoutesOptions {
  readonly config: Config
  readonly services: Services
  readonly clock: Clock
  readonly publicUrl: () => string
  /** What all pages share. */
  readonly pages: HostedPagesOptions
}

/** The routes of every feature, by group. The order is that of the tags in the OpenAPI document. */
export function featureRoutes(
  app: App,
  { clock, config, services, publicUrl, pages }: FeatureRoutesOptions,
): void {
  // authentication
  registrationRoutes(app, services)
  loginRoutes(app, { ...services, publicUrl })
  passkeyRegistrationRoutes(app, services)
  passkeyLoginRoutes(app, { ...services, publicUrl })
  signInCodeRoutes(app, { ...services, publicUrl })
  secondFactorRoutes(app, { ...services, publicUrl })
  factorRecoveryRoutes(app, { ...services, publicUrl })
  federationRoutes(app, services)
  recoveryRoutes(app, services)

  ownRoutes(app, { config, services, publicUrl })

  // authorization and administration
  rolesRoutes(app, services)
  roleAssignmentRoutes(app, services)
  auditTrailRoutes(app, services)
  statisticsRoutes(app, { ...services, clock })
  const examine = () => examineRunning({ config, services, clock })
  deploymentRoutes(app, { ...services, clock, examine })
  userSearchRoutes(app, { ...services, ...config })
  userCreationRoutes(app, services)
  userChangeRoutes(app, services)
  administrationRoutes(app, services)
  userFactorsRoutes(app, services)
  userSessionsRoutes(app, services)
  userApiKeysRoutes(app, services)
  impersonationRoutes(app, { ...services, publicUrl })
  mergeRoutes(app, services)
  userJobsRoutes(app, { ...services, ...config })
  clientsRoutes(app, services)
  serviceAccountsRoutes(app, services)
  serviceKeysRoutes(app, services)

  // integration
  oauthRoutes(app, { ...services, publicUrl, authenticate: authenticateWith(services) })
  openIdRoutes(app, services)
  metadataRoutes(app, { publicUrl, passwordClients: config.passwordClients })
  forwardAuthRoutes(app, { publicUrl, returnOrigins: config.returnOrigins })

  // session-management
  keysRoutes(app, services)

  // integration
  revocationFeedRoutes(app, services)
  webhooksRoutes(app, services)
  webhookDeliveriesRoutes(app, services)

  // pages
  pageRoutes(app, { config, services, clock, shared: pages })

  // messages
  messageManagementRoutes(app, services)
  bouncesRoutes(app, { ...services, canonicalAddress })
  // For a person who tries the server out
  if (config.env === 'development') outboxRoutes(app, { ...config, ...services })
}

/** The calls of people about their own account. */
function ownRoutes(
  app: App,
  { config, services, publicUrl }: Pick<FeatureRoutesOptions, 'config' | 'services' | 'publicUrl'>,
): void {
  accountsRoutes(app, services)
  credentialsRoutes(app, services)
  reauthenticationRoutes(app, services)
  ownFactorsRoutes(app, services)
  trustedDevicesRoutes(app, services)
  passkeyRoutes(app, services)
  linkedAccountsRoutes(app, services)
  ownKeysRoutes(app, services)
  consentsRoutes(app, services)
  contactChangeRoutes(app, services)
  verificationRoutes(app, services)
  sessionsRoutes(app, services)
  picturesRoutes(app, { ...services, ...config })
  profilesRoutes(app, services)
  deletionsRoutes(app, { ...services, publicUrl })
  exportRoutes(app, { ...services, serviceName: config.serviceName })
}
