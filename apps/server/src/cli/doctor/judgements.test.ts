import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkBrowserCookies } from '../../app/doctor/browser-cookies.ts'
import { checkContracts } from '../../app/doctor/contracts.ts'
import { judgeDisk } from '../../app/doctor/disk.ts'
import { checkLanguages } from '../../app/doctor/languages.ts'
import { checkMetrics } from '../../app/doctor/metrics.ts'
import { judgeNode } from '../../app/doctor/runtime.ts'
import { judgeServers } from '../../app/doctor/servers.ts'
import { checkTrustedProxies } from '../../app/doctor/trusted-proxies.ts'
import { loadConfig } from '../../platform/config/load-config.ts'
import { newId, type ServerId } from '../../platform/kernel/ids.ts'
import { judgeHealth, judgeMigrations } from './database.ts'
import { judgeHashing } from './hashing.ts'

const gibibyte = 2 ** 30

describe('a database that lacks some migrations', () => {
  const status = [
    { name: '0001-base', appliedAt: '2026-11-21T04:16:43.846Z' },
    { name: '0002-codes', appliedAt: null },
  ]

  it.each([
    [true, 'warning'],
    [false, 'error'],
  ])('is a finding: with PROXIMA_MIGRATE %s it is of severity %s', (migrate, severity) => {
    const findings = judgeMigrations(status, { migrate })
    expect(findings).toMatchObject([{ severity, code: 'migrations_pending' }])
    expect(findings[0]?.summary).toContain('0002-codes')
  })
})

describe('the disk', () => {
  it.each([
    [2 * gibibyte, []],
    [gibibyte / 2, [{ severity: 'warning', code: 'disk_nearly_full' }]],
    [gibibyte / 16, [{ severity: 'error', code: 'disk_nearly_full' }]],
  ])('with %i free bytes gives %j', (freeBytes, findings) => {
    expect(judgeDisk('/data', true, { freeBytes, type: 0xef53 })).toMatchObject(findings)
  })

  it.each([
    [0x6969, 'error', 'database_on_network'],
    [0xff534d42, 'error', 'database_on_network'],
    [0x01021994, 'warning', 'database_in_memory'],
    [0x65735546, 'note', 'database_on_fuse'],
    [0x794c7630, 'note', 'database_in_container'],
  ])('of type %i gives a finding for SQLite', (type, severity, code) => {
    const fileSystem = { freeBytes: 2 * gibibyte, type }
    expect(judgeDisk('/data', true, fileSystem)).toMatchObject([{ severity, code }])
    expect(judgeDisk('/data', false, fileSystem)).toEqual([])
  })
})

describe('contracts', () => {
  const mounted = (...contracts: string[]) => ({
    ...loadConfig({ PROXIMA_CONTRACTS: contracts.join() }),
    passwordLengthMin: 8,
  })

  it('that accept weak passwords are reported, each with its setting', () => {
    const findings = checkContracts(mounted('phone-password', 'session-code=/old'))
    expect(findings.map(({ code }) => code)).toEqual([
      'contract_short_passwords',
      'contract_short_passwords',
      'contract_common_passwords',
    ])
    expect(findings[1]?.advice).toContain('PROXIMA_CONTRACT_SESSION_CODE_LENGTH_MIN=8')
  })

  it('without passwords, or with the rules of the API, give no finding', () => {
    expect(checkContracts(mounted('user-secret'))).toEqual([])
    const strict = { contractPhonePasswordLengthMin: 8, contractCommonPasswords: 'refuse' } as const
    expect(checkContracts({ ...mounted('phone-password'), ...strict })).toEqual([])
  })
})

describe('metrics without a token', () => {
  const open = { env: 'production', metricsToken: null } as const

  it.each([
    ['0.0.0.0', 'warning'],
    ['10.1.2.3', 'warning'],
    ['127.0.0.1', 'note'],
    ['::1', 'note'],
  ])('on %s are reported as a %s', (host, severity) => {
    expect(checkMetrics({ ...open, host })).toMatchObject([{ severity, code: 'metrics_open' }])
  })

  it('give no finding in development, nor with a token', () => {
    expect(checkMetrics({ ...open, env: 'development', host: '0.0.0.0' })).toEqual([])
    expect(checkMetrics({ ...open, host: '0.0.0.0', metricsToken: 'x'.repeat(32) })).toEqual([])
  })
})

describe('the cookies of browsers', () => {
  it.each([
    null,
    'https://accounts.example.org',
    'http://localhost:4000',
    'http://127.0.0.1',
    'http://[::1]',
  ])('are kept at %s', (publicUrl) => {
    expect(checkBrowserCookies({ publicUrl })).toEqual([])
  })

  it.each(['http://accounts.lan', 'http://192.168.1.5:4000'])('are not kept at %s', (publicUrl) => {
    const [finding, ...more] = checkBrowserCookies({ publicUrl })
    expect(finding).toMatchObject({ severity: 'warning', code: 'cookies_not_kept' })
    expect([finding?.summary, finding?.advice].join(' ')).toMatch(
      new RegExp(`${publicUrl}.*PROXIMA_PUBLIC_URL`),
    )
    expect(more).toEqual([])
  })
})

describe('trusted proxies', () => {
  it.each([
    ['0.0.0.0/1', 'proxies_too_wide'],
    ['8.0.0.0/8', 'proxies_too_wide'],
    ['10.0.0.0/7', 'proxies_too_wide'],
    ['::ffff:0.0.0.0/96', 'proxies_too_wide'],
    ['::ffff:8.0.0.0/104', 'proxies_too_wide'],
    ['::/64', 'proxies_too_wide'],
    ['2000::/3', 'proxies_too_wide'],
    ['10.0.0.0/8', 'proxies_private_network'],
    ['172.16.0.0/12', 'proxies_private_network'],
    ['fd00::/8', 'proxies_private_network'],
  ])('that are %s give a finding', (network, code) => {
    const found = checkTrustedProxies({ publicUrl: 'https://a.example', trustedProxies: [network] })
    expect(found).toMatchObject([{ code }])
    expect(found[0]?.summary).toContain(network)
  })

  it.each([
    '127.0.0.1',
    '10.1.2.0/24',
    '::1',
    'fd00::7',
    'fd00:1:2:3::/64',
    '104.16.0.0/13',
    '2606:4700::/32',
    '::ffff:10.0.0.7',
    '198.51.100.7',
  ])('that are %s give no finding', (network) => {
    expect(checkTrustedProxies({ publicUrl: 'https://a.example', trustedProxies: [network] })).toEqual([])
  })
})

describe('the cost of a password hash', () => {
  const settings = {
    passwordMemoryKib: 19_456,
    passwordIterations: 2,
    passwordParallelism: 1,
  }

  it('may be higher on a fast machine', () => {
    expect(judgeHashing(settings, 8)).toMatchObject([{ severity: 'note', code: 'hash_cheap' }])
  })

  it('is right in between', () => {
    expect(judgeHashing(settings, 39)).toEqual([])
  })

  it('is too high if it takes more than a second', () => {
    expect(judgeHashing(settings, 1_500)).toMatchObject([{ severity: 'warning', code: 'hash_slow' }])
  })
})

describe('the health of the database', () => {
  const healthy = {
    version: 'PostgreSQL 17',
    weaknesses: [],
    damage: [],
    clockAheadMs: 20,
    connectionsMax: 97,
  }

  it.each([
    [{}, 10, []],
    [
      { clockAheadMs: -61_000 },
      10,
      [{ code: 'clock_differs', summary: expect.stringContaining('61 s behind') }],
    ],
    [
      { clockAheadMs: 6_000 },
      10,
      [{ code: 'clock_differs', summary: expect.stringContaining('6 s ahead of') }],
    ],
    [{}, 60, [{ severity: 'note', code: 'pool_too_large' }]],
    [{}, 98, [{ severity: 'error', code: 'pool_too_large' }]],
    [{ connectionsMax: null }, 500, []],
    [{ damage: ['row 3 missing from index'] }, 10, [{ severity: 'error', code: 'database_damaged' }]],
  ])('%j with a pool of %i gives %j', (answer, databasePoolMax, findings) => {
    expect(judgeHealth({ ...healthy, ...answer }, { databasePoolMax })).toMatchObject(findings)
  })
})

it('notes a line of Node that is not supported for long', () => {
  expect(judgeNode('25.1.0')).toMatchObject([{ code: 'node_not_long_term' }])
  expect(judgeNode('24.21.0')).toEqual([])
})

describe('the servers on one database', () => {
  const one = {
    id: newId<ServerId>(),
    host: 'web-1',
    version: '1.0.0',
    secretIds: ['aaaaaaaaaaa'],
    publicUrl: 'https://accounts.example.org',
    startedAt: new Date(0),
    seenAt: new Date(0),
  }
  it.each([
    ['the same in all', {}, []],
    ['without a public URL', { publicUrl: null }, ['error public_urls_differ']],
    ['with another public URL', { publicUrl: 'https://other.example.org' }, ['error public_urls_differ']],
    ['with another secret', { secretIds: ['bbbbbbbbbbb'] }, ['error secrets_differ']],
    ['that opens both secrets', { secretIds: ['bbbbbbbbbbb', 'aaaaaaaaaaa'] }, ['error secrets_differ']],
    ['with another version', { version: '1.1.0' }, ['note versions_differ']],
  ])('%s', (_what, change, expected) => {
    const found = judgeServers([one, { ...one, ...change }])
    expect(found.map(({ severity, code }) => `${severity} ${code}`)).toEqual(expected)
    expect(judgeServers([{ ...one, ...change }])).toEqual([])
  })

  it('may seal with different secrets if each has both, and all must have a public URL', () => {
    const both = [
      { ...one, secretIds: ['aaaaaaaaaaa', 'bbbbbbbbbbb'] },
      { ...one, secretIds: ['bbbbbbbbbbb', 'aaaaaaaaaaa'] },
    ]
    expect(judgeServers(both)).toMatchObject([{ severity: 'note', code: 'secrets_differ' }])
    const without = [one, one].map((server) => ({ ...server, publicUrl: null }))
    expect(judgeServers(without)).toMatchObject([{ severity: 'error', summary: /none has one/ }])
  })
})

describe('the language files', () => {
  function findingsWith(file: object | null, locale = 'en') {
    const dataDir = mkdtempSync(join(tmpdir(), 'proxima-doctor-'))
    mkdirSync(join(dataDir, 'locales'))
    if (file !== null) writeFileSync(join(dataDir, 'locales/rw.json'), JSON.stringify(file))
    const findings = checkLanguages({ dataDir, locale })
    rmSync(dataDir, { recursive: true })
    return findings.map(({ severity, code, summary }) => [severity, code, summary] as const)
  }

  it('give no finding if there are none', () => {
    expect(findingsWith(null, 'sw-KE')).toEqual([])
  })

  it('give a note with the sentences that they lack', () => {
    const [[severity, code, summary] = [], ...more] = findingsWith({ common: { when: 'Igihe:' } }, 'rw')
    expect([severity, code, ...more]).toEqual(['note', 'language_incomplete'])
    expect(summary).toContain('common.device, common.network')
    expect(summary).not.toContain('common.when')
  })

  it('give an error if the server does not start with them', () => {
    const cases = [findingsWith({ common: { whem: 'Igihe:' } }), findingsWith(null, 'rw')]
    for (const findings of cases)
      expect(findings.map(([severity, code]) => [severity, code])).toEqual([['error', 'language_refused']])
  })
})
