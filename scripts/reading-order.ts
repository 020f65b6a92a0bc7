/**
 * The order in which the server is read, and the only order in which it may be built: a folder of
 * apps/server/src imports from folders above it, never from one below. A new folder gets its place here
 * and in ARCHITECTURE.md. Records own a table; flows own a story and call the records.
 */
const platform = ['kernel', 'config', 'crypto', 'database', 'http']

const records = [
  'audit',
  'rate-limits',
  'idempotency',
  'messages',
  'accounts',
  'pictures',
  'profiles',
  'roles',
  'codes',
  'keys',
  'tokens',
  'sessions',
  'passwords',
  'user-secrets',
  'mfa',
]

const flows = [
  'proof',
  'deletions',
  'verification',
  'registration',
  'login',
  'credentials',
  'recovery',
  'federation',
  'oauth',
  'contracts',
  'export',
  'administration',
]

export const source = 'apps/server/src'

export const readingOrder: readonly string[] = [
  ...platform.map((folder) => `platform/${folder}`),
  ...[...records, ...flows].map((folder) => `features/${folder}`),
  'app',
  'cli',
]
