import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { type Config, loadConfig } from './load-config.ts'
import { allSettings, settings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'proxima-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const goodSecret = 'q7Zt0vJm2xLr9Kc4Wn8Bs6Yd1Hf3Pg5T'
const production = {
  PROXIMA_ENV: 'production',
  PROXIMA_SECRET: goodSecret,
  PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
}

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    loadConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

describe('with nothing set', () => {
  const config: Config = loadConfig({})

  it('reports every value as a default', () => {
    expect(new Set(Object.values(config.sources))).toEqual(new Set(['default']))
    expect(Object.keys(config.sources)).toEqual(Object.keys(settings))
  })

  it('types a field by its setting', () => {
    const port: number = config.port
    const publicUrl: string | null = config.publicUrl
    const availability: readonly ('username' | 'email' | 'phone_number')[] = config.availability
    expect([port, publicUrl, availability.length]).toEqual([4000, null, 3])
  })
})

describe('pictures in a bucket', () => {
  const bucket = {
    PROXIMA_PICTURE_S3_ENDPOINT: 'https://s3.example/store/',
    PROXIMA_PICTURE_S3_BUCKET: 'people',
    PROXIMA_PICTURE_S3_ACCESS_KEY: 'id',
    PROXIMA_PICTURE_S3_SECRET_KEY: 'key',
  }

  it('need every setting of the bucket, and each missing one is named', () => {
    const { pictureS3Endpoint } = loadConfig({ PROXIMA_PICTURE_STORE: 's3', ...bucket })
    expect(pictureS3Endpoint).toBe('https://s3.example/store')
    const missing = Object.keys(bucket).map((name) => `${name} must be set if PROXIMA_PICTURE_STORE is s3.`)
    expect(problemsOf({ PROXIMA_PICTURE_STORE: 's3' })).toEqual(missing)
    expect(problemsOf({ PROXIMA_PICTURE_STORE: 'file' })).toEqual([])
  })

  it.each(['ftp://s3.example', 's3.example', 'https://u:p@s3.example', 'https://s3.example/?a=b'])(
    'cannot be at %s',
    (endpoint) => {
      const environment = { PROXIMA_PICTURE_STORE: 's3', ...bucket, PROXIMA_PICTURE_S3_ENDPOINT: endpoint }
      expect(problemsOf(environment)).toHaveLength(1)
    },
  )
})

describe('the table of settings', () => {
  it('names each setting once', () => {
    const names = allSettings.map((row) => row.name)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(allSettings.map((row) => [row.name, row] as const))('tells what stands in for %s', (_, row) => {
    expect(row.default === null).toBe(row.fallback !== undefined)
  })
})

describe('values', () => {
  it('are accepted, and their source is recorded', () => {
    const config = loadConfig({
      PROXIMA_PORT: '0',
      PROXIMA_MIGRATE: 'off',
      PROXIMA_DEFAULT_REGION: 'ke',
      PROXIMA_AVAILABILITY: 'none',
      PROXIMA_PUBLIC_URL: 'https://Accounts.Example.org:443/',
      PROXIMA_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
    })
    expect(config).toMatchObject({ port: 0, migrate: false, defaultRegion: 'KE', availability: [] })
    expect(config.publicUrl).toBe('https://accounts.example.org')
    expect(config.trustedProxies).toEqual(['10.0.0.0/8', '::1'])
    expect(config.sources).toMatchObject({ port: 'environment', host: 'default' })
  })

  it('that are empty count as not set', () => {
    const config = loadConfig({ PROXIMA_PORT: '', PROXIMA_SECRET_FILE: '' })
    expect([config.port, config.secret, config.sources.port]).toEqual([4000, null, 'default'])
  })

  it('that are wrong are reported all at once', () => {
    const error = problemsOf({ PROXIMA_PROT: '1', PROXIMA_PORT: 'http', PROXIMA_LIMITS: 'no' })
    expect(error).toEqual([
      'PROXIMA_PROT is not a setting. Did you mean PROXIMA_PORT?',
      'PROXIMA_PORT must be a whole number from 0 to 65535, not "http".',
      'PROXIMA_LIMITS must be one of on, off, not "no".',
    ])
    expect(new ConfigError(error).message).toContain('not valid:\n- PROXIMA_PROT is not')
  })

  it.each([
    ['PROXIMA_PASSWORD_LENGTH_MIN', '7', '65'],
    ['PROXIMA_ACCESS_TOKEN_TTL_SECONDS', '0', '86401'],
    ['PROXIMA_PASSWORD_MEMORY_KIB', '127', '1048577'],
    ['PROXIMA_PASSWORD_ITERATIONS', '1', '21'],
    ['PROXIMA_PORT', '-1', '65536'],
  ])('of %s below %s and above %s are refused', (name, below, above) => {
    expect(problemsOf({ [name]: below })).toHaveLength(1)
    expect(problemsOf({ [name]: above })).toHaveLength(1)
  })

  it('that let a token outlive its session are refused', () => {
    expect(
      problemsOf({ PROXIMA_SESSION_TTL_SECONDS: '600', PROXIMA_ACCESS_TOKEN_TTL_SECONDS: '900' }),
    ).toEqual([
      'PROXIMA_SESSION_TTL_SECONDS (600) must not be less than PROXIMA_ACCESS_TOKEN_TTL_SECONDS (900): ' +
        'no token may outlive its session.',
    ])
  })

  it('of the database in the data folder follow that folder', () => {
    expect(loadConfig({ PROXIMA_DATA_DIR: folder }).databaseUrl).toEqual({
      engine: 'sqlite',
      path: join(folder, 'proxima.sqlite'),
    })
  })
})

describe('production', () => {
  it('refuses a secret that repeats itself, which development accepts', () => {
    const weak = 'changeme-changeme-changeme-changeme'
    const [problem, ...more] = problemsOf({ ...production, PROXIMA_SECRET: weak })
    expect(problem).toMatch(/^PROXIMA_SECRET is too easy to guess: .*openssl rand -base64 48/)
    expect(problem).not.toContain(weak)
    expect(more).toEqual([])
    expect(loadConfig({ PROXIMA_SECRET: weak }).secret).toBe(weak)
  })

  it('starts with a secret and a public URL', () => {
    expect(loadConfig(production)).toMatchObject({ env: 'production', secret: goodSecret })
  })

  it('accepts the secret from a file', () => {
    const { PROXIMA_SECRET: secret, ...rest } = production
    expect(loadConfig({ ...rest, PROXIMA_SECRET_FILE: fileOf('secret', `${secret}\n`) }).secret).toBe(secret)
  })

  it('needs both, and explains how to make a secret', () => {
    const problems = problemsOf({ PROXIMA_ENV: 'production' })
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatch(/^PROXIMA_SECRET must be set in production.*openssl rand -base64 48/)
    expect(problems[1]).toMatch(/^PROXIMA_PUBLIC_URL must be set in production/)
  })

  it.each([
    'http://accounts.example.org',
    'http://127.0.0.1.example.org',
    'http://localhost.example.org',
    'http://0.0.0.0',
  ])('refuses the public URL %s', (url) => {
    expect(problemsOf({ ...production, PROXIMA_PUBLIC_URL: url })).toEqual([
      'PROXIMA_PUBLIC_URL must begin with https:// in production; http:// is only for a host on this machine.',
    ])
  })

  it.each(['http://localhost:4000', 'http://app.localhost', 'http://127.1.2.3:4000', 'http://[::1]:4000'])(
    'accepts the public URL %s, which does not leave the machine',
    (url) => {
      expect(loadConfig({ ...production, PROXIMA_PUBLIC_URL: url }).publicUrl).toBe(url)
    },
  )

  it('refuses to run without limits', () => {
    expect(problemsOf({ ...production, PROXIMA_LIMITS: 'off' })).toEqual([
      'PROXIMA_LIMITS must be on in production: without limits, an attacker can guess passwords.',
    ])
    expect(loadConfig({ PROXIMA_LIMITS: 'off' }).limits).toBe(false)
  })

  it('refuses hashes that cost less than OWASP recommends, which tests may have', () => {
    const cheap = { PROXIMA_PASSWORD_MEMORY_KIB: '19455' }
    const [problem, ...more] = problemsOf({ ...production, ...cheap })
    expect(problem).toMatch(/^PROXIMA_PASSWORD_MEMORY_KIB must be at least 19456 in production/)
    expect(more).toEqual([])
    expect(problemsOf({ ...production, PROXIMA_PASSWORD_MEMORY_KIB: '19456' })).toEqual([])
    expect(loadConfig(cheap).passwordMemoryKib).toBe(19_455)
  })

  it('refuses strict privacy without mail, because only mail reports the result of a registration', () => {
    const strict = { ...production, PROXIMA_PRIVACY: 'strict' }
    const [problem, ...more] = problemsOf(strict)
    expect(problem).toMatch(/^PROXIMA_MAIL_URL must be set in production if PROXIMA_PRIVACY is strict/)
    expect(more).toEqual([])
    const withMail = { ...strict, PROXIMA_MAIL_URL: 'smtp://mail.example.org' }
    expect(loadConfig(withMail).privacy).toBe('strict')
    expect(loadConfig({ PROXIMA_PRIVACY: 'strict' }).mailUrl).toBeNull()
  })

  it('calls a weak secret weak, not missing', () => {
    const problems = problemsOf({ ...production, PROXIMA_SECRET: 'changeme' })
    expect(problems).toEqual([
      'PROXIMA_SECRET must be 32 bytes or more; it is 8. Create one with "openssl rand -base64 48".',
    ])
  })
})
