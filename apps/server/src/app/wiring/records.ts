import type { Authenticators } from './authenticators.ts'
import type { Authorization } from './authorization.ts'
import type { Integration } from './integration.ts'
import type { Messages } from './messages.ts'
import type { Platform } from './platform.ts'
import type { Safeguards } from './safeguards.ts'
import type { SessionManagement } from './session-management.ts'
import type { Statistics } from './statistics.ts'
import type { Users } from './users.ts'

/** The platform and every group that holds records. The groups that hold flows may use all of it. */
export type Records = Platform &
  Statistics &
  Safeguards &
  Messages &
  Users &
  Authorization &
  SessionManagement &
  Authenticators &
  Integration
