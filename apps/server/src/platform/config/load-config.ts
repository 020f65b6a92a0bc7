import { join } from 'node:path'
import { ConfigError } from './config-error.ts'
import { type Environment, findUnknown, type Given, readGiven } from './read-given.ts'
import { findWeakness, howTo } from './secret-parser.ts'
import { type AnySetting, quote, Refused, type Setting } from './setting.ts'
import { allSettings, type SettingKey, type Settings, settings } from './settings.ts'
import { type DatabaseLocation, isLoopback } from './url-parsers.ts'

/** Where the value of a setting comes from; `file` is that named by NAME_FILE. */
export type Source = 'default' | 'environment' | 'file'

/** A setting with no default is null where it is not given. */
type FieldOf<S> = S extends Setting<infer T, infer Default> ? (null extends Default ? T | null : T) : never

type Fields = { readonly [Key in SettingKey]: FieldOf<Settings[Key]> }

/** Everything that was configured, checked. Holds secrets: show it only by way of describeConfig. */
export interface Config extends Omit<Fields, 'databaseUrl' | 'trustedProxies' | 'corsOrigins'> {
  readonly databaseUrl: DatabaseLocation
  readonly trustedProxies: readonly string[]
  readonly corsOrigins: readonly string[]
  readonly sources: Readonly<Record<SettingKey, Source>>
}

/** Reads and checks every setting. Throws ConfigError with all that is wrong. */
export function loadConfig(environment: Environment): Config {
  const names = allSettings.map((row) => row.name)
  const problems = [...findUnknown(environment, names)]
  const given = new Map(allSettings.map((row) => [row.name, readGiven(environment, row.name, problems)]))
  const fields = parseFields(given, problems)
  problems.push(...findContradictions(fields, environment))
  if (problems.length > 0) throw new ConfigError(problems)
  return {
    ...fields,
    databaseUrl: fields.databaseUrl ?? { engine: 'sqlite', path: join(fields.dataDir, 'proxima.sqlite') },
    trustedProxies: fields.trustedProxies ?? [],
    corsOrigins: fields.corsOrigins ?? [],
    sources: sourcesOf(given),
  }
}

type GivenByName = ReadonlyMap<string, Given | null>

/** A setting that is refused takes its default here, so that the checks which follow can go on. */
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
    if (!(error instanceof Refused)) throw error
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

/** What each setting alone cannot know. */
function findContradictions(fields: Fields, environment: Environment): readonly string[] {
  const problems: string[] = []
  if (fields.sessionTtlSeconds < fields.accessTokenTtlSeconds) {
    problems.push(
      `PROXIMA_SESSION_TTL_SECONDS (${fields.sessionTtlSeconds}) must not be less than ` +
        `PROXIMA_ACCESS_TOKEN_TTL_SECONDS (${fields.accessTokenTtlSeconds}): no token may outlive its session.`,
    )
  }
  if (fields.pictureStore === 's3') problems.push(...findMissingForS3(environment))
  if (fields.env === 'production') problems.push(...findUnfitForProduction(fields, environment))
  return problems
}

const neededForS3 = [
  'PROXIMA_PICTURE_S3_ENDPOINT',
  'PROXIMA_PICTURE_S3_BUCKET',
  'PROXIMA_PICTURE_S3_ACCESS_KEY',
  'PROXIMA_PICTURE_S3_SECRET_KEY',
]

function findMissingForS3(environment: Environment): readonly string[] {
  return neededForS3
    .filter((name) => !isGiven(environment, name))
    .map((name) => `${name} must be set where PROXIMA_PICTURE_STORE is s3.`)
}

function findUnfitForProduction(fields: Fields, environment: Environment): readonly string[] {
  const problems: string[] = []
  if (!isGiven(environment, 'PROXIMA_SECRET')) {
    problems.push(
      'PROXIMA_SECRET must be set in production. Make one with: openssl rand -base64 48; and keep a copy, for ' +
        'nothing that was sealed with it can be opened without it.',
    )
  }
  // To try it out any text will do, and a test may want one that stands in its source.
  const weakness = fields.secret === null ? null : findWeakness(fields.secret)
  if (weakness !== null) problems.push(`PROXIMA_SECRET is too easy to guess: ${weakness}. ${howTo}`)
  if (!isGiven(environment, 'PROXIMA_PUBLIC_URL')) {
    problems.push(
      'PROXIMA_PUBLIC_URL must be set in production, such as https://accounts.example.org: the listening ' +
        'address is not where people reach the server.',
    )
  }
  // Passwords and tokens go over this URL (RFC 6750 §5.3 asks for TLS); loopback does not leave the machine.
  const url = fields.publicUrl === null ? null : new URL(fields.publicUrl)
  if (url !== null && url.protocol !== 'https:' && !isLoopback(url.hostname)) {
    problems.push(
      'PROXIMA_PUBLIC_URL must begin https:// in production; http:// is only for a host of this machine.',
    )
  }
  if (fields.privacy === 'strict' && !isGiven(environment, 'PROXIMA_MAIL_URL')) {
    problems.push(
      'PROXIMA_MAIL_URL must be set in production where PROXIMA_PRIVACY is strict: what register does not answer is ' +
        'told by mail, and would be told to nobody.',
    )
  }
  if (!fields.limits) {
    problems.push('PROXIMA_LIMITS must be on in production: without limits a password can be guessed.')
  }
  return problems
}

/** One that is given and refused is a problem already, and is not also missing. */
function isGiven(environment: Environment, name: string): boolean {
  return [name, `${name}_FILE`].some((key) => (environment[key] ?? '') !== '')
}
