import { auditTrailRoutes } from '../features/administration/audit-trail/routes.ts'
import { clientsRoutes } from '../features/administration/clients/routes.ts'
import { roleAssignmentRoutes } from '../features/administration/role-assignments/routes.ts'
import { serviceAccountsRoutes } from '../features/administration/service-accounts/routes.ts'
import { setupPages } from '../features/administration/setup/pages/routes.ts'
import { userApiKeysRoutes } from '../features/administration/users/api-keys/routes.ts'
import { userChangeRoutes } from '../features/administration/users/changes/routes.ts'
import { userCreationRoutes } from '../features/administration/users/creation/routes.ts'
import { userJobsRoutes } from '../features/administration/users/jobs/routes.ts'
import { mergeRoutes } from '../features/administration/users/merges/routes.ts'
import { administrationRoutes } from '../features/administration/users/routes.ts'
import { userSearchRoutes } from '../features/administration/users/search/routes.ts'
import { userSessionsRoutes } from '../features/administration/users/sessions/routes.ts'
import { invitationPages } from '../features/authentication/invitations/pages/routes.ts'
import { loginRoutes } from '../features/authentication/login/routes.ts'
import { recoveryPages } from '../features/authentication/recovery/pages/routes.ts'
import { recoveryRoutes } from '../features/authentication/recovery/routes.ts'
import { registrationRoutes } from '../features/authentication/registration/routes.ts'
import { verificationPageRoutes } from '../features/authentication/verification/pages/routes.ts'
import { verificationRoutes } from '../features/authentication/verification/routes.ts'
import { serviceKeysRoutes } from '../features/authenticators/api-keys/of-services/routes.ts'
import { ownKeysRoutes } from '../features/authenticators/api-keys/own/routes.ts'
import { rolesRoutes } from '../features/authorization/roles/definitions/routes.ts'
import { metadataRoutes } from '../features/integration/oauth/metadata/routes.ts'
import { oauthRoutes } from '../features/integration/oauth/routes.ts'
import { webhookDeliveriesRoutes } from '../features/integration/webhooks/deliveries/routes.ts'
import { webhooksRoutes } from '../features/integration/webhooks/endpoints/routes.ts'
import { bouncesRoutes } from '../features/messages/bounces/routes.ts'
import { outboxRoutes } from '../features/messages/outbox/routes.ts'
import { revocationFeedRoutes } from '../features/safeguards/revocations/feed/routes.ts'
import { contactPages } from '../features/self-service/contacts/pages/routes.ts'
import { contactChangeRoutes } from '../features/self-service/contacts/routes.ts'
import { credentialsRoutes } from '../features/self-service/credentials/routes.ts'
import { deletionsRoutes } from '../features/self-service/deletions/routes.ts'
import { exportRoutes } from '../features/self-service/export/routes.ts'
import { keysRoutes } from '../features/session-management/keys/routes.ts'
import { sessionsRoutes } from '../features/session-management/sessions/routes.ts'
import { canonicalAddress } from '../features/users/accounts/identifiers/recipients.ts'
import { accountsRoutes } from '../features/users/accounts/routes.ts'
import { picturesRoutes } from '../features/users/pictures/routes.ts'
import { profilesRoutes } from '../features/users/profiles/routes.ts'
import type { Config } from '../platform/config/load-config.ts'
import type { App } from '../platform/http/app.ts'
import { authenticateWith } from './authenticate.ts'
import type { Services } from './wire.ts'

export interface FeatureRoutesOptions {
  readonly config: Config
  readonly services: Services
  readonly publicUrl: () => string
}

/** The routes of every feature, by group. The order is that of the tags in the OpenAPI document. */
export function featureRoutes(app: App, { config, services, publicUrl }: FeatureRoutesOptions): void {
  // authentication
  registrationRoutes(app, services)
  loginRoutes(app, { ...services, publicUrl })
  recoveryRoutes(app, services)
  recoveryPages(app, { ...services, serviceName: config.serviceName })

  // users and self-service
  accountsRoutes(app, services)
  credentialsRoutes(app, services)
  ownKeysRoutes(app, services)
  contactChangeRoutes(app, services)
  verificationRoutes(app, services)
  sessionsRoutes(app, services)
  picturesRoutes(app, { ...services, ...config })
  profilesRoutes(app, services)
  deletionsRoutes(app, { ...services, publicUrl })
  exportRoutes(app, { ...services, serviceName: config.serviceName })

  // authorization and administration
  rolesRoutes(app, services)
  roleAssignmentRoutes(app, services)
  auditTrailRoutes(app, services)
  userSearchRoutes(app, { ...services, ...config })
  userCreationRoutes(app, services)
  userChangeRoutes(app, services)
  administrationRoutes(app, services)
  userSessionsRoutes(app, services)
  userApiKeysRoutes(app, services)
  mergeRoutes(app, services)
  userJobsRoutes(app, { ...services, ...config })
  clientsRoutes(app, services)
  serviceAccountsRoutes(app, services)
  serviceKeysRoutes(app, services)

  // integration
  oauthRoutes(app, { ...services, publicUrl, authenticate: authenticateWith(services) })
  metadataRoutes(app, { publicUrl, passwordClients: config.passwordClients })

  // session-management
  keysRoutes(app, services)

  // integration
  revocationFeedRoutes(app, services)
  webhooksRoutes(app, services)
  webhookDeliveriesRoutes(app, services)

  // pages
  invitationPages(app, { ...services, serviceName: config.serviceName })
  verificationPageRoutes(app, { ...services, serviceName: config.serviceName })
  contactPages(app, { ...services, serviceName: config.serviceName })

  setupPages(app, { ...services, serviceName: config.serviceName })

  // messages
  bouncesRoutes(app, { ...services, canonicalAddress })
  // For a person who tries the server out
  if (config.env === 'development') outboxRoutes(app, { ...config, ...services })
}
