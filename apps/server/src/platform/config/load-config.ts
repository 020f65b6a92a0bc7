import { join } from 'node:path'
import { ConfigError } from './config-error.ts'
import { findContractProblems } from './contract-problems.ts'
import { passwordLengthMin } from './factor-parsers.ts'
import { findProviders } from './providers/find-providers.ts'
import type { Provider } from './providers/model.ts'
import { type Environment, findUnknown, type Given, readGiven } from './read-given.ts'
import { findWeakness, howToCreateSecret } from './secret-parser.ts'
import { type AnySetting, InvalidValue, quote, type Setting } from './setting.ts'
import { allSettings, type SettingKey, type Settings, settings } from './settings.ts'
import { type DatabaseLocation, isLoopback } from './url-parsers.ts'

/** Where the value of a setting comes from. `file` is the file that NAME_FILE names. */
export type Source = 'default' | 'environment' | 'file'

/** A setting without a default is null if it is not given. */
type FieldOf<S> = S extends Setting<infer T, infer Default> ? (null extends Default ? T | null : T) : never

type Fields = { readonly [Key in SettingKey]: FieldOf<Settings[Key]> }

type Origins = 'corsOrigins' | 'returnOrigins'

/** The checked configuration. It holds secrets, so show it only through describeConfig. */
export interface Config
  extends Omit<Fields, 'databaseUrl' | 'trustedProxies' | 'passwordLengthMin' | 'providers' | Origins> {
  readonly databaseUrl: DatabaseLocation
  readonly trustedProxies: readonly string[]
  readonly passwordLengthMin: number
  readonly corsOrigins: readonly string[]
  readonly returnOrigins: readonly string[]
  /** The other services with whose accounts people sign in. */
  readonly providers: readonly Provider[]
  readonly sources: Readonly<Record<SettingKey, Source>>
}

/**
 * Reads and checks every setting.
 * @throws ConfigError with every problem at once
 */
export function loadConfig(environment: Environment): Config {
  const names = allSettings.map((row) => row.name)
  const problems = [...findUnknown(environment, names)]
  const given = new Map(allSettings.map((row) => [row.name, readGiven(environment, row.name, problems)]))
  const fields = parseFields(given, problems)
  const providers = findProviders(fields, problems)
  problems.push(...findContradictions(fields, environment))
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    ...fields,
    databaseUrl: fields.databaseUrl ?? { engine: 'sqlite', path: join(fields.dataDir, 'proxima.sqlite') },
    trustedProxies: fields.trustedProxies ?? [],
    passwordLengthMin: passwordLengthMin(fields.passwordLengthMin, fields.secondFactor),
    corsOrigins: fields.corsOrigins ?? [],
    returnOrigins: fields.returnOrigins ?? [],
    providers,
    sources: sourcesOf(given),
  }
}

type GivenByName = ReadonlyMap<string, Given | null>

/** An invalid setting takes its default here, so that later checks can still run. */
function parseFields(given: GivenByName, problems: string[]): Fields {
  const entries = Object.entries(settings).map(([key, row]) => {
    return [key, parseField(row, given.get(row.name) ?? null, problems)]
  })
  return Object.fromEntries(entries) as Fields
}

function parseField(row: AnySetting, given: Given | null, problems: string[]): unknown {
  const fallback = row.default === null ? null : row.parser.parse(row.default)
  if (given === null) return fallback
  try {
    return row.parser.parse(given.text)
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error
    const from = given.path === null ? '' : ` (from ${quote(given.path)})`
    problems.push(`${row.name}${from} ${error.message}`)
    return fallback
  }
}

function sourcesOf(given: GivenByName): Readonly<Record<SettingKey, Source>> {
  const entries = Object.entries(settings).map(([key, row]): [string, Source] => {
    const value = given.get(row.name) ?? null
    if (value === null) return [key, 'default']
    return [key, value.path === null ? 'environment' : 'file']
  })
  return Object.fromEntries(entries) as Record<SettingKey, Source>
}

/** Finds problems that depend on more than one setting. */
function findContradictions(fields: Fields, environment: Environment): readonly string[] {
  const problems: string[] = []
  if (fields.sessionTtlSeconds < fields.accessTokenTtlSeconds) {
    problems.push(
      `PROXIMA_SESSION_TTL_SECONDS (${fields.sessionTtlSeconds}) must not be less than ` +
        `PROXIMA_ACCESS_TOKEN_TTL_SECONDS (${fields.accessTokenTtlSeconds}): no token may outlive its session.`,
    )
  }
  problems.push(...findSignUpProblems(fields))
  problems.push(...findPasskeyProblems(fields))
  problems.push(...findContractProblems(fields))
  if (fields.pictureStore === 's3') problems.push(...findMissingForS3(environment))
  if (fields.env === 'production') problems.push(...findUnfitForProduction(fields, environment))
  return problems
}

/** A browser refuses a domain that is not that of the page, or a parent of it (WebAuthn Level 3 §5.1.3). */
function findPasskeyProblems({ passkeyDomain, publicUrl }: Fields): readonly string[] {
  if (passkeyDomain === null || publicUrl === null) return []
  const { hostname } = new URL(publicUrl)
  if (hostname === passkeyDomain || hostname.endsWith(`.${passkeyDomain}`)) return []
  return [
    `PROXIMA_PASSKEY_DOMAIN must be the host of PROXIMA_PUBLIC_URL (${hostname}) or a parent domain of it.`,
  ]
}

/** The page to create an account must ask for what a registration needs. */
function findSignUpProblems({ privacy, signUpFields, verification }: Fields): readonly string[] {
  const asks = (...names: readonly (typeof signUpFields)[number][]) =>
    names.some((name) => signUpFields.includes(name))
  const problems: string[] = []
  if (!asks('username', 'email', 'phone_number'))
    problems.push('PROXIMA_SIGN_UP_FIELDS must name at least one of username, email and phone_number.')
  if (verification === 'required' && !asks('email', 'phone_number'))
    problems.push(
      'PROXIMA_SIGN_UP_FIELDS must name email or phone_number if PROXIMA_VERIFICATION is required.',
    )
  if (privacy === 'strict' && !asks('password'))
    problems.push('PROXIMA_SIGN_UP_FIELDS must name password if PROXIMA_PRIVACY is strict.')
  return problems
}

const requiredForS3 = [
  'PROXIMA_PICTURE_S3_ENDPOINT',
  'PROXIMA_PICTURE_S3_BUCKET',
  'PROXIMA_PICTURE_S3_ACCESS_KEY',
  'PROXIMA_PICTURE_S3_SECRET_KEY',
]

function findMissingForS3(environment: Environment): readonly string[] {
  return requiredForS3
    .filter((name) => !isGiven(environment, name))
    .map((name) => `${name} must be set if PROXIMA_PICTURE_STORE is s3.`)
}

/** The least that a hash with two iterations may take (OWASP Password Storage Cheat Sheet). */
const safeMemoryKib = 19_456

function findUnfitForProduction(fields: Fields, environment: Environment): readonly string[] {
  const problems: string[] = []
  if (!isGiven(environment, 'PROXIMA_SECRET')) {
    problems.push(
      'PROXIMA_SECRET must be set in production. Create one with "openssl rand -base64 48". Keep a copy, ' +
        'because sealed data cannot be opened without it.',
    )
  }
  // Development accepts a weak secret, so that a test can have a readable one.
  const weakness = fields.secret === null ? null : findWeakness(fields.secret)
  if (weakness !== null)
    problems.push(`PROXIMA_SECRET is too easy to guess: ${weakness}. ${howToCreateSecret}`)
  if (!isGiven(environment, 'PROXIMA_PUBLIC_URL')) {
    problems.push(
      'PROXIMA_PUBLIC_URL must be set in production, for example to https://accounts.example.org. People cannot ' +
        'reach the server at its listening address.',
    )
  }
  // Passwords and tokens go over this URL (RFC 6750 §5.3 requires TLS). Loopback does not leave the machine.
  const url = fields.publicUrl === null ? null : new URL(fields.publicUrl)
  if (url !== null && url.protocol !== 'https:' && !isLoopback(url.hostname)) {
    problems.push(
      'PROXIMA_PUBLIC_URL must begin with https:// in production; http:// is only for a host on this machine.',
    )
  }
  if (fields.privacy === 'strict' && !isGiven(environment, 'PROXIMA_MAIL_URL')) {
    problems.push(
      'PROXIMA_MAIL_URL must be set in production if PROXIMA_PRIVACY is strict: the server then reports the result ' +
        'of a registration by mail only.',
    )
  }
  if (!fields.limits) {
    problems.push('PROXIMA_LIMITS must be on in production: without limits, an attacker can guess passwords.')
  }
  if (fields.passwordMemoryKib < safeMemoryKib) {
    problems.push(
      `PROXIMA_PASSWORD_MEMORY_KIB must be at least ${safeMemoryKib} in production: someone who copies the database ` +
        'could guess passwords from cheaper hashes. Less is only for tests.',
    )
  }
  return problems
}

/** A setting that is given but invalid is already a problem, so it does not count as missing. */
function isGiven(environment: Environment, name: string): boolean {
  return [name, `${name}_FILE`].some((key) => (environment[key] ?? '') !== '')
}
