/** @module-tag long */

import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chown, mkdir, readdir, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { endLeftovers, freshFolder, ProximaProcess, program, proxima } from '../support/process.ts'

let folder: Awaited<ReturnType<typeof freshFolder>>
let settings: Record<string, string>
beforeAll(async () => {
  folder = await freshFolder()
  settings = { PROXIMA_DATA_DIR: folder.path }
})
afterAll(async () => {
  await endLeftovers()
  await folder.remove()
})

it('exits with 2 and a hint for an unknown command', async () => {
  const { exitCode, stdout, stderr } = await proxima(['strat'])
  expect([exitCode, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^error: unknown command 'strat'\n\(Did you mean start\?\)\n/)
})

interface Row {
  readonly name: string
  readonly applied_at: string | null
}

describe('proxima migrate', () => {
  it('shows the migrations, applies them and reverts them', async () => {
    const run = async <T>(...args: string[]) => {
      const { exitCode, stdout, stderr } = await proxima(['migrate', ...args, '--json'], { settings })
      expect([exitCode, stderr]).toEqual([0, ''])
      return JSON.parse(stdout) as T
    }
    const { applied: names } = await run<{ applied: string[] }>('up')
    expect(names.length).toBeGreaterThan(0)
    expect(await run('up')).toEqual({ applied: [] })
    const applied_at: unknown = expect.stringMatching(/^\d{4}-.*Z$/)
    expect(await run('status')).toEqual(names.map((name) => ({ name, applied_at })))
    expect(await run('down', '--yes')).toEqual({ reverted: [names.at(-1)] })
    expect((await run<Row[]>('status')).at(-1)).toEqual({ name: names.at(-1), applied_at: null })

    expect(await run('down', '--all', '--yes')).toEqual({ reverted: names.slice(0, -1).toReversed() })
    const { stdout } = await proxima(['migrate', 'up'], { settings })
    expect(stdout).toBe(`applied: ${names.join(', ')}\n`)
    expect((await proxima(['migrate', 'up'], { settings })).stdout).toBe('nothing to do\n')
  })
})

it('exits with 0 if the reader closes the pipe', async () => {
  const shell = new ProximaProcess(
    'sh',
    ['-c', `'${process.execPath}' '${program}' config --json | head -n 1`],
    {},
  )
  shell.endInput()
  expect(await shell.ended).toMatchObject({ exitCode: 0, stdout: '[\n', stderr: '' })
})

const oldNode = findOldNode()
it.skipIf(oldNode === null)(
  'names the Node that it needs under an older one (needs an older Node on the PATH)',
  async () => {
    const { exitCode, stderr } = await proxima(['--version'], { node: oldNode ?? '' })
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringMatching(/^Proxima needs Node 24\.\d+ or newer; this is \d/),
    ])
  },
)

function findOldNode(): string | null {
  const folders = (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((path) => !path.includes('node_modules'))
  const candidates = [...folders, '/usr/bin']
    .map((path) => join(path, 'node'))
    .filter((path) => existsSync(path))
  const isOld = (path: string) => {
    const [, major] = /^v(\d+)/.exec(spawnSync(path, ['--version']).stdout?.toString() ?? '') ?? []
    return major !== undefined && Number(major) < 24
  }
  return candidates.find(isOld) ?? null
}

describe('a database that does not exist', () => {
  // Every command of the program that needs data, and that could create a database by looking for it.
  it.each([
    'users list',
    'users create --username amina',
    'users roles list amina',
    'keys list',
    'secret rotate',
    'messages',
    'purge',
    'seed --demo',
    'migrate status',
    'migrate down --yes',
    'db copy --to sqlite:other.sqlite',
  ])('is not created by proxima %s', async (command) => {
    const empty = { PROXIMA_DATA_DIR: `${folder.path}-of-no-server` }
    const { exitCode, stderr } = await proxima([...command.split(' '), '--json'], { settings: empty })
    expect([exitCode, JSON.parse(stderr).code]).toEqual([3, 'database_missing'])
    expect(stderr).toContain(join(empty.PROXIMA_DATA_DIR, 'proxima.sqlite'))
    expect(existsSync(join(empty.PROXIMA_DATA_DIR, 'proxima.sqlite'))).toBe(false)
  })

  it.each(engines)('gets no tables from proxima users list on $name', async (engine) => {
    const database = await engine.createDatabase()
    const at = { ...settings, PROXIMA_DATABASE_URL: database.url }
    if (engine.name === 'SQLite') await writeFile(database.url.replace('sqlite:', ''), '')
    const { exitCode, stderr } = await proxima(['users', 'list', '--json'], { settings: at })
    expect([exitCode, JSON.parse(stderr).code]).toEqual([3, 'database_missing'])
    expect(stderr).toContain('migrate up')
    const { stdout } = await proxima(['migrate', 'status', '--json'], { settings: at })
    for (const { applied_at } of JSON.parse(stdout) as Row[]) expect(applied_at).toBeNull()
    await database.drop()
  })
})

it('shows the public URL as the issuer of tokens is spelt', async () => {
  const at = { PROXIMA_PUBLIC_URL: 'https://accounts.example.org:8443' }
  const { stdout } = await proxima(['config', '--json'], { settings: at })
  const rows = JSON.parse(stdout) as { name: string; value: string }[]
  expect(rows.find(({ name }) => name === 'PROXIMA_PUBLIC_URL')?.value).toBe(at.PROXIMA_PUBLIC_URL)
})

// Root could create a database that the server cannot open. Only root can give a folder to another user here.
it.skipIf(process.getuid?.() !== 0).each([['start'], ['migrate', 'up']])(
  'root creates no database in the folder of another user: %s %s',
  async (...command) => {
    const data = `${folder.path}-of-another-user-${command.length}`
    await mkdir(data, { mode: 0o700 })
    await chown(data, 65_534, 65_534)
    const refused = await proxima([...command.filter(Boolean), '--json'], {
      settings: { PROXIMA_DATA_DIR: data },
    })
    expect([refused.exitCode, JSON.parse(refused.stderr).code]).toEqual([2, 'config_invalid'])
    expect(refused.stderr).toContain('belongs to user 65534')
    expect(await readdir(data)).toEqual([])
  },
)
