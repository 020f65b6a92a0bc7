import type { App } from '../../../platform/http/app.ts'
import { type ApplicationsPagesOptions, applicationsPages } from './applications/routes.ts'
import { type ConfirmationPagesOptions, confirmationPages } from './confirmation/routes.ts'
import { type ContactsPagesOptions, contactsPages } from './contacts/routes.ts'
import { type DataPagesOptions, dataPages } from './data/routes.ts'
import { type FactorsPagesOptions, factorsPages } from './factors/routes.ts'
import { type LinkedAccountsPagesOptions, linkedAccountsPages } from './linked-accounts/routes.ts'
import { type LogPagesOptions, logPages } from './log/routes.ts'
import { type OverviewPagesOptions, overviewPages } from './overview/routes.ts'
import { type PasswordPagesOptions, passwordPages } from './password/routes.ts'
import { type ProfilePagesOptions, profilePages } from './profile/routes.ts'
import { type SecretPagesOptions, secretPages } from './secret/routes.ts'
import { type SecurityPagesOptions, securityPages } from './security/routes.ts'
import { type SessionsPagesOptions, sessionsPages } from './sessions/routes.ts'
import { type TrustedDevicesPagesOptions, trustedDevicesPages } from './trusted-devices/routes.ts'
import { type UsernamePagesOptions, usernamePages } from './username/routes.ts'
import { type ViewingPagesOptions, viewingPages } from './viewing/routes.ts'

export type AllAccountPagesOptions = ApplicationsPagesOptions &
  ConfirmationPagesOptions &
  ContactsPagesOptions &
  DataPagesOptions &
  FactorsPagesOptions &
  LinkedAccountsPagesOptions &
  LogPagesOptions &
  OverviewPagesOptions &
  PasswordPagesOptions &
  ProfilePagesOptions &
  SecretPagesOptions &
  SecurityPagesOptions &
  SessionsPagesOptions &
  TrustedDevicesPagesOptions &
  UsernamePagesOptions &
  ViewingPagesOptions

/** The pages on which owners see and change their account. */
export function accountPages(app: App, options: AllAccountPagesOptions): void {
  overviewPages(app, options)
  profilePages(app, options)
  contactsPages(app, options)
  securityPages(app, options)
  factorsPages(app, options)
  linkedAccountsPages(app, options)
  trustedDevicesPages(app, options)
  passwordPages(app, options)
  secretPages(app, options)
  usernamePages(app, options)
  logPages(app, options)
  sessionsPages(app, options)
  applicationsPages(app, options)
  dataPages(app, options)
  confirmationPages(app, options)
  viewingPages(app, options)
}
