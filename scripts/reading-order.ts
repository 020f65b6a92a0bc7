/**
 * The reading order of the server. A folder of apps/server/src imports only from folders above it. A new folder needs a
 * place here and in ARCHITECTURE.md.
 */
const platform = ['kernel', 'files', 'config', 'crypto', 'database', 'outgoing', 'html', 'http']

/**
 * The groups of features, by subject, and the features of each. A group with no features of its own is itself one
 * feature. Folders that do not exist yet are places for planned features.
 */
const groups = {
  safeguards: ['audit', 'revocations', 'rate-limits', 'idempotency', 'servers', 'proof-of-work'],
  languages: [],
  messages: [],
  users: ['accounts', 'external-ids', 'pictures', 'profiles'],
  authorization: ['roles', 'permissions', 'clients', 'consents'],
  'session-management': ['keys', 'tokens', 'sessions', 'challenges'],
  authenticators: [
    'passwords',
    'user-secrets',
    'codes',
    'factors',
    'passkeys',
    'totp',
    'recovery-codes',
    'contact-codes',
    'trusted-devices',
    'linked-accounts',
    'api-keys',
  ],
  authentication: [
    'sign-in',
    'second-factor',
    'reauthentication',
    'verification',
    'registration',
    'login',
    'recovery',
    'sign-in-codes',
    'factor-recovery',
    'new-sign-ins',
    'invitations',
    'federation',
    'ways-in',
  ],
  'self-service': [
    'profile',
    'credentials',
    'factors',
    'linked-accounts',
    'trusted-devices',
    'api-keys',
    'consents',
    'contacts',
    'account-data',
    'deletions',
    'export',
    'security-log',
  ],
  administration: [
    'role-assignments',
    'setup',
    'users',
    'service-accounts',
    'clients',
    'statistics',
    'audit-trail',
    'deployment',
    'demo',
  ],
  integration: ['oauth', 'forward-auth', 'webhooks', 'contracts', 'imports', 'exports'],
  openid: [],
  pages: [],
} as const satisfies Record<string, readonly string[]>

export const source = 'apps/server/src'

/** The folders that only hold features. */
export const groupNames: readonly string[] = Object.keys(groups)

const features = Object.entries(groups).flatMap(([group, names]) =>
  names.length === 0 ? [group] : names.map((name) => `${group}/${name}`),
)

export const readingOrder: readonly string[] = [
  ...platform.map((folder) => `platform/${folder}`),
  ...features.map((folder) => `features/${folder}`),
  'app',
  'cli',
]
