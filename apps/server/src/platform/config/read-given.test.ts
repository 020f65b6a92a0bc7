import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { ConfigError } from './config-error.ts'
import { loadConfig } from './load-config.ts'

const folder = mkdtempSync(join(tmpdir(), 'proxima-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

const goodSecret = 'q7Zt0vJm2xLr9Kc4Wn8Bs6Yd1Hf3Pg5T'
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

describe('names', () => {
  it.each([
    ['PROXIMA_PROT', 'PROXIMA_PORT'],
    ['PROXIMA_HOTS', 'PROXIMA_HOST'],
    ['PROXIMA_ACESS_TOKEN_TTL_SECOND', 'PROXIMA_ACCESS_TOKEN_TTL_SECONDS'],
    ['PROXIMA_SECRET_KEY', 'PROXIMA_SECRET'],
    ['PROXIMA_DATABASE', 'PROXIMA_DATABASE_URL'],
    ['PROXIMA_PROT_FILE', 'PROXIMA_PORT_FILE'],
    ['proxima_port', 'PROXIMA_PORT'],
  ])('that are unknown, like %s, are refused with the nearest one', (given, meant) => {
    expect(problemsOf({ [given]: '1' })).toEqual([`${given} is not a setting. Did you mean ${meant}?`])
  })

  it('that resemble none are refused with a pointer to the documentation', () => {
    expect(problemsOf({ PROXIMA_WEATHER: 'fine' })).toEqual([
      'PROXIMA_WEATHER is not a setting. docs/config.md lists the settings.',
    ])
  })

  it('that are unknown never show their value', () => {
    expect(problemsOf({ PROXIMA_SECRTE: goodSecret }).join()).not.toContain(goodSecret)
  })

  it('of tests, of other programs and without a value are ignored', () => {
    expect(
      problemsOf({ PROXIMA_TEST_POSTGRES_URL: 'x', PATH: '/bin', PROXIMA_NONE: '', MY_PROXIMA_X: '1' }),
    ).toEqual([])
  })

  it('that Kubernetes sets for a Service of our name are explained once', () => {
    const problems = problemsOf({
      PROXIMA_PORT: 'tcp://10.0.0.1:4000',
      PROXIMA_SERVICE_HOST: '10.0.0.1',
      PROXIMA_PORT_4000_TCP_ADDR: '10.0.0.1',
    })
    expect(problems).toHaveLength(2)
    expect(problems[0]).toMatch(
      /^PROXIMA_SERVICE_HOST, PROXIMA_PORT_4000_TCP_ADDR: .* "enableServiceLinks: false"/,
    )
    expect(problems[1]).toMatch(/^PROXIMA_PORT must be a whole number/)
  })
})

describe('NAME_FILE', () => {
  it.each([
    ['a line end', '4444\n'],
    ['a line end of Windows', '4444\r\n'],
    ['no line end', '4444'],
  ])('returns the text of a file with %s', (_, content) => {
    const config = loadConfig({ PROXIMA_PORT_FILE: fileOf('port', content) })
    expect([config.port, config.sources.port]).toEqual([4444, 'file'])
  })

  it('removes only one line end', () => {
    const path = fileOf('port', '4444\n\n')
    expect(problemsOf({ PROXIMA_PORT_FILE: path })).toEqual([
      `PROXIMA_PORT (from "${path}") must be a whole number from 0 to 65535, not "4444\\u{a}".`,
    ])
  })

  it('is refused together with NAME', () => {
    expect(problemsOf({ PROXIMA_PORT: '1', PROXIMA_PORT_FILE: fileOf('port', '1') })).toEqual([
      'PROXIMA_PORT and PROXIMA_PORT_FILE are both set. Keep one of them.',
    ])
  })

  it.each([
    ['does not exist', () => join(folder, 'absent')],
    ['is a folder, not a file', () => folder],
    ['is empty', () => fileOf('empty', '\n')],
    ['is not UTF-8 text', () => fileOf('binary', new Uint8Array([0xff, 0xfe, 0x80]))],
    ['contains a NUL character', () => fileOf('nul', 'a\0b')],
    ['is larger than 65536 bytes', () => fileOf('large', 'a'.repeat(65_537))],
  ])('is refused by its path when the file %s', (reason, pathOf) => {
    const path = pathOf()
    expect(problemsOf({ PROXIMA_SECRET_FILE: path })).toEqual([
      `PROXIMA_SECRET_FILE names "${path}", which ${reason}.`,
    ])
  })
})
