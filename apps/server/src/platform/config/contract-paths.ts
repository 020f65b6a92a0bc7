/**
 * The old APIs that the server can speak as well, and every route of each. The start compares these routes, so that two
 * contracts never answer the same request.
 */
export const contractPaths = {
  'phone-password': ['GET /', 'POST /api/users/register', 'POST /api/users/login'],
  'user-secret': ['POST /v1/auth/register', 'POST /v1/auth/token'],
  'user-secret-envelope': ['POST /v1/auth/register', 'POST /v1/auth/token', 'GET /v1/auth/me'],
  'session-code': [
    'GET /',
    'POST /creare-cont',
    'POST /intra-in-cont',
    'POST /login',
    'POST /checkUserAndEmailForAvailability',
    'GET /get',
    'GET /getProfile',
    'POST /setContactDetail',
    'POST /setSocialLink',
    'POST /changePassword',
    'POST /changeEmail',
    'POST /changeUsername',
    'DELETE /deleteAccount',
  ],
  'oauth-bearer': [
    'GET /',
    'POST /create',
    'POST /login',
    'GET /profile',
    'POST /forgot',
    'POST /forgot_password',
    'POST /validate',
    'POST /validate_code',
    'GET /users',
    'GET /users/:id',
    'PUT /users/:id',
    'DELETE /users/:id',
  ],
} as const

export type ContractName = keyof typeof contractPaths

/** A method and a path of a contract, such as `POST /login`. */
export type ContractPath<Name extends ContractName = ContractName> = (typeof contractPaths)[Name][number]

export const contractNames = Object.keys(contractPaths) as readonly ContractName[]

/** A contract, and the path before all of its routes: empty, or `/old`. */
export interface ContractMount {
  readonly name: ContractName
  readonly prefix: string
  /** As in the setting. */
  readonly toString: () => string
}

/** The first segments of the paths of this server. No prefix of a contract may begin with one of them. */
export const ownSegments: readonly string[] = [
  '.well-known',
  'account',
  'assets',
  'console',
  'consent',
  'device',
  'docs',
  'healthz',
  'invitation',
  'metrics',
  'not-me',
  'oauth',
  'openapi.json',
  'outbox',
  'pages.css',
  'readyz',
  'recover',
  'restore',
  'setup',
  'sign-in',
  'sign-out',
  'sign-up',
  'undo',
  'v1',
  'verify',
]

/** Finds requests that two contracts would answer, as sentences. */
export function findSharedPaths(mounts: readonly ContractMount[]): readonly string[] {
  const pairs = mounts.flatMap((one, index) => mounts.slice(index + 1).map((other) => [one, other] as const))
  return pairs.flatMap(([one, other]) => {
    const taken = new Set(addressesOf(one))
    const shared = addressesOf(other).find((address) => taken.has(address))
    if (shared === undefined) return []
    return [
      `PROXIMA_CONTRACTS mounts "${one.name}" and "${other.name}" at the same place: both answer ${shared}. Give one of ` +
        `them a prefix, for example ${other.name}=/${other.name}.`,
    ]
  })
}

function addressesOf({ name, prefix }: ContractMount): string[] {
  return contractPaths[name].map((path) => path.replace(' /', ` ${prefix}/`))
}
