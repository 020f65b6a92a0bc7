import { accounts } from './0001-accounts.ts'
import { credentials } from './0002-credentials.ts'
import { signingKeys } from './0003-signing-keys.ts'
import type { Migration } from './migration.ts'

/** In order. A migration that has been released is never edited again. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-accounts': accounts,
  '0002-credentials': credentials,
  '0003-signing-keys': signingKeys,
}
