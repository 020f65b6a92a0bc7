import { describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { describeConfig } from './describe-config.ts'
import { loadConfig } from './load-config.ts'

const secret = 'Zk3vR8qLw1XyT6mBn0Ha5Jc9Df2Gs7Pe4Ui'

function load(contracts: string, env: Record<string, string> = {}) {
  return loadConfig({ PROXIMA_CONTRACTS: contracts, ...env })
}

function problemsOf(contracts: string, env: Record<string, string> = {}): readonly string[] {
  try {
    load(contracts, env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

describe('PROXIMA_CONTRACTS', () => {
  it('names contracts, each perhaps with a prefix, and shows them again', () => {
    const config = load('phone-password, session-code=/old/api,user-secret=/v2')
    expect(config.contracts.map(({ name, prefix }) => [name, prefix])).toEqual([
      ['phone-password', ''],
      ['session-code', '/old/api'],
      ['user-secret', '/v2'],
    ])
    const row = describeConfig(config).find(({ name }) => name === 'PROXIMA_CONTRACTS')
    expect(row?.value).toBe('phone-password,session-code=/old/api,user-secret=/v2')
    expect(load('none').contracts).toEqual([])
  })

  it.each([
    ['phone-passwords', /must be one of phone-password/],
    ['user-secret,user-secret=/old', /names "user-secret" twice/],
    ['user-secret=old', /must be a path such as \/old/],
    ['user-secret=/', /must be a path/],
    ['user-secret=/old/', /must be a path/],
    ['user-secret=/:id', /must be a path/],
    ['user-secret=/../x', /must be a path/],
    ['user-secret=/v1', /paths of its own below \/v1/],
    ['user-secret=/OAuth/x', /paths of its own below \/OAuth/],
  ])('refuses %j', (contracts, expected) => {
    expect(problemsOf(contracts).join()).toMatch(expected)
  })

  it.each([
    [
      'user-secret,user-secret-envelope',
      ['"user-secret"', '"user-secret-envelope"', 'POST /v1/auth/register'],
    ],
    ['phone-password,oauth-bearer', ['"phone-password"', '"oauth-bearer"', 'GET /']],
    ['session-code=/x,oauth-bearer=/x', ['"session-code"', '"oauth-bearer"', 'GET /x/']],
  ])('names both contracts in the same place: %s', (contracts, parts) => {
    const [problem = '', ...more] = problemsOf(contracts)
    expect(more).toEqual([])
    for (const part of [...parts, 'a prefix, for example']) expect(problem).toContain(part)
  })

  it('accepts contracts beside each other', () => {
    expect(problemsOf('user-secret,user-secret-envelope=/next,oauth-bearer=/a,session-code=/b')).toEqual([])
  })

  it('refuses settings with which no old front end could work', () => {
    expect(problemsOf('user-secret', { PROXIMA_PRIVACY: 'strict' })).toEqual([
      expect.stringContaining('PROXIMA_PRIVACY'),
    ])
    expect(problemsOf('user-secret', { PROXIMA_VERIFICATION: 'required' })).toEqual([
      expect.stringContaining('PROXIMA_VERIFICATION'),
    ])
  })
})

describe('the secrets of contracts', () => {
  const name = 'PROXIMA_CONTRACT_USER_SECRET_TOKEN_SECRET'

  it.each([
    ['short', /must be 32 bytes or more/],
    ['abcabcabcabcabcabcabcabcabcabcabcabcabcabc', /too easy to guess/],
  ])('have 256 bits or more: %s is refused', (given, expected) => {
    expect(problemsOf('user-secret', { [name]: given }).join()).toMatch(expected)
  })

  it('are used for nothing else', () => {
    expect(problemsOf('user-secret', { [name]: secret })).toEqual([])
    const twice = { [name]: secret, PROXIMA_CONTRACT_OAUTH_BEARER_TOKEN_SECRET: secret }
    expect(problemsOf('user-secret', twice).join()).toMatch(/must not be the same secret/)
    expect(problemsOf('user-secret', { [name]: secret, PROXIMA_SECRET: secret }).join()).toMatch(
      /PROXIMA_SECRET/,
    )
  })
})
