import { accounts } from './0001-accounts.ts'
import { credentials } from './0002-credentials.ts'
import { signingKeys } from './0003-signing-keys.ts'
import { keyLifecycle } from './0004-key-lifecycle.ts'
import { purge } from './0005-purge.ts'
import { limits } from './0006-limits.ts'
import { sessions } from './0007-sessions.ts'
import { profiles } from './0008-profiles.ts'
import { messages } from './0009-messages.ts'
import { pictures } from './0010-pictures.ts'
import { credentialsChange } from './0011-credentials-change.ts'
import { deletions } from './0012-deletions.ts'
import type { Migration } from './migration.ts'

/** In order. A migration that has been released is never edited again. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-accounts': accounts,
  '0002-credentials': credentials,
  '0003-signing-keys': signingKeys,
  '0004-key-lifecycle': keyLifecycle,
  '0005-purge': purge,
  '0006-limits': limits,
  '0007-sessions': sessions,
  '0008-profiles': profiles,
  '0009-messages': messages,
  '0010-pictures': pictures,
  '0011-credentials-change': credentialsChange,
  '0012-deletions': deletions,
}
