import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../load-config.ts'

const client = { client_id: 'proxima', client_secret: 'secret-of-the-client' }
const listed = (...providers: readonly object[]) => ({ PROXIMA_PROVIDERS: JSON.stringify(providers) })

function problemsOf(environment: Record<string, string>): string {
  try {
    loadConfig(environment)
    return ''
  } catch (error) {
    return String(error)
  }
}

describe('the providers of the settings', () => {
  it('are those whose client is set, in a fixed order', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { providers } = loadConfig({
      PROXIMA_OIDC_ISSUER: 'https://login.example.org/realms/one',
      PROXIMA_OIDC_CLIENT_ID: 'proxima',
      PROXIMA_OIDC_CLIENT_SECRET: 's',
      PROXIMA_MICROSOFT_CLIENT_ID: 'm',
      PROXIMA_MICROSOFT_CLIENT_SECRET: 's',
      PROXIMA_APPLE_CLIENT_ID: 'org.example.accounts',
      PROXIMA_APPLE_TEAM_ID: 'TEAM',
      PROXIMA_APPLE_KEY_ID: 'KEY',
      PROXIMA_APPLE_PRIVATE_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      ...listed({ preset: 'github', ...client }),
    })
    expect(providers).toMatchObject([
      { id: 'microsoft', issuer: 'https://login.microsoftonline.com/common/v2.0' },
      { id: 'apple', responseMode: 'form_post', secret: { kind: 'apple', teamId: 'TEAM' } },
      { id: 'oidc', name: 'login.example.org', issuer: 'https://login.example.org/realms/one' },
      { id: 'github', kind: 'github', secret: { kind: 'text', text: 'secret-of-the-client' } },
    ])
  })

  it.each([
    [{ PROXIMA_GOOGLE_CLIENT_ID: 'g' }, 'PROXIMA_GOOGLE_CLIENT_SECRET must be set'],
    [{ PROXIMA_GITHUB_CLIENT_SECRET: 's' }, 'PROXIMA_GITHUB_CLIENT_ID must be set'],
    [{ PROXIMA_OIDC_CLIENT_ID: 'p', PROXIMA_OIDC_CLIENT_SECRET: 's' }, 'PROXIMA_OIDC_ISSUER must be set'],
    [{ PROXIMA_OIDC_ISSUER: 'http://login.example.org' }, 'PROXIMA_OIDC_ISSUER must begin with https://'],
    [{ PROXIMA_APPLE_PRIVATE_KEY: 'no key' }, 'PROXIMA_APPLE_PRIVATE_KEY must be a private key'],
    [{ PROXIMA_PROVIDERS: '{}' }, 'PROXIMA_PROVIDERS must be a JSON list'],
    [{ PROXIMA_PROVIDERS: '[' }, 'PROXIMA_PROVIDERS must be a JSON list'],
    [listed({ id: 'a', secret: 'x' }), 'PROXIMA_PROVIDERS has an item 1 of which "/secret" is not known'],
    [listed({ id: 'A/B', ...client }), 'PROXIMA_PROVIDERS has an item 1 of which "/id" has a wrong value'],
    [listed({ id: 'a', name: 'A', ...client }), 'PROXIMA_PROVIDERS (item 1, issuer) must be set'],
    [
      listed({ id: 'a', name: 'A', issuer: 'http://example.org', ...client }),
      'PROXIMA_PROVIDERS (item 1, issuer) must begin with https://',
    ],
    [
      listed({ preset: 'gitlab', ...client }, { preset: 'gitlab', ...client }),
      'two providers have the id gitlab',
    ],
    [
      listed({ preset: 'google', client_id: 'g', client_secret_file: '/nowhere/at/all' }),
      'PROXIMA_PROVIDERS (item 1, client_secret): client_secret_FILE names "/nowhere/at/all", which does not exist.',
    ],
  ])('are refused if they are incomplete, with the name of the setting: %o', (environment, problem) => {
    expect(problemsOf(environment as Record<string, string>)).toContain(problem)
  })

  it('never show a secret in a message', () => {
    const problems = problemsOf(listed({ id: 'a', client_secret: 'very secret', nothing: 1 }))
    expect(problems).not.toContain('very secret')
  })
})
