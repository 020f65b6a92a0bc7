import { afterEach, describe, expect, it, vi } from 'vitest'
import { main } from './main.ts'

/** Runs the command line in this process. Nothing that it is asked here gets as far as a database. */
async function run(...args: string[]) {
  const printed = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
      printed[name] += String(chunk)
      return true
    })
  }
  try {
    await main(['node', 'proxima', ...args])
    return { exitCode: process.exitCode ?? 0, ...printed }
  } finally {
    vi.restoreAllMocks()
    process.exitCode = undefined
  }
}

/** The names in the list of commands of a help page. */
function commandsOf(page: string): string[] {
  const [, after = ''] = page.split('Commands:\n')
  const [list = ''] = after.split('\n\n')
  const names = [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name)
  return names.filter((name) => name !== 'help')
}

afterEach(() => {
  process.exitCode = undefined
})

describe('help', () => {
  it('lists every command, and each of them explains itself and its options', async () => {
    const seen: string[] = []
    let level: string[][] = [[]]
    while (level.length > 0) {
      const below: string[][] = []
      for (const words of level) {
        const { exitCode, stdout, stderr } = await run(...words, '--help')
        expect([words, exitCode, stderr]).toEqual([words, 0, ''])
        expect(stdout).toContain(`Usage: ${['proxima', ...words].join(' ')}`)
        // A name with nothing beside it tells nobody what it is for.
        expect(stdout).not.toMatch(/^ {2}--[^ ]+( <[^>]+>)?$/m)
        seen.push(words.join(' '))
        below.push(...commandsOf(stdout).map((name) => [...words, name]))
      }
      level = below
    }
    const verbs = [
      'create',
      'list',
      'show',
      'set-password',
      'new-secret',
      'roles add',
      'suspend',
      'activate',
      'delete',
    ].map((verb) => `users ${verb}`)
    expect(seen).toEqual(
      expect.arrayContaining(['start', 'config', 'migrate up', 'migrate down', 'migrate status', ...verbs]),
    )
  })

  it('is shown without a command or with half of one, and the exit code is 2', async () => {
    expect(await run()).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringMatching(/^Usage: proxima/),
    })
    expect(await run('users')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^Usage: proxima users/),
    })
  })
})

describe('wrong usage ends with 2 and a hint', () => {
  it.each([
    ['an unknown command', ['strat'], "unknown command 'strat'", 'Did you mean start?', 'proxima --help'],
    [
      'an unknown verb',
      ['users', 'crate'],
      "unknown command 'crate'",
      'Did you mean create?',
      'proxima users --help',
    ],
    [
      'an unknown option',
      ['start', '--jsn'],
      "unknown option '--jsn'",
      'Did you mean --json?',
      'proxima start --help',
    ],
    [
      'a missing argument',
      ['users', 'show'],
      "missing required argument 'identifier'",
      '',
      'proxima users show --help',
    ],
    [
      'one argument too many',
      ['users', 'show', 'a', 'b'],
      'too many arguments',
      '',
      'proxima users show --help',
    ],
    [
      'a wrong number',
      ['users', 'list', '--limit', '0'],
      'Give a number from 1',
      '',
      'proxima users list --help',
    ],
    [
      'a wrong id',
      ['users', 'list', '--after', 'x'],
      'Give the id of an account',
      '',
      'proxima users list --help',
    ],
  ])('%s', async (_what, args, fault, suggestion, hint) => {
    const { exitCode, stdout, stderr } = await run(...args)
    expect([exitCode, stdout]).toEqual([2, ''])
    for (const part of [fault, suggestion, hint]) expect(stderr).toContain(part)
  })

  it('does not write over a file that it reads', async () => {
    const args = ['import', '--from', 'users.csv', '--map', 'map.json', '--json'] as const
    for (const more of [
      ['--report', './users.csv'],
      ['--answers', 'map.json'],
      ['--answers', 'a.json', '--report', 'a.json'],
    ]) {
      const { stderr } = await run(...args, ...more)
      expect(JSON.parse(stderr)).toMatchObject({ code: 'same_file' })
    }
  })

  it('refuses an option that means nothing for an export', async () => {
    for (const more of [['--report', 'r.json'], ['--answers', 'a.json'], ['--verify-later']]) {
      const { stderr } = await run('import', '--from', 'all.jsonl', '--map', 'proxima', '--json', ...more)
      expect(JSON.parse(stderr)).toMatchObject({ code: 'not_for_export' })
    }
  })

  it('cannot steer the terminal with what was given to it', async () => {
    const { stderr } = await run('users', 'create\u001b[2J\u009b31m\u202e')
    for (const character of ['\u001b', '\u009b', '\u202e']) expect(stderr).not.toContain(character)
    expect(stderr).toContain('\\u001b[2J\\u009b31m\\u202e')
  })

  it('is JSON and nothing else with --json', async () => {
    const unknown = await run('users', 'crate', '--json')
    expect([unknown.exitCode, unknown.stdout]).toEqual([2, ''])
    expect(JSON.parse(unknown.stderr)).toMatchObject({
      code: 'usage',
      detail: expect.stringContaining('crate'),
    })
    const { exitCode, stderr } = await run('users', 'show', '--json')
    expect(exitCode).toBe(2)
    expect(JSON.parse(stderr)).toEqual({
      code: 'usage',
      detail: "missing required argument 'identifier'",
      errors: [],
    })
  })
})
