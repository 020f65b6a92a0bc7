/** @module-tag long */

import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { freshFolder, proxima } from '../support/process.ts'

describe('the export at the command line', () => {
  let folder: Awaited<ReturnType<typeof freshFolder>>
  beforeAll(async () => {
    folder = await freshFolder()
    await run(['migrate', 'up'])
    await run(['users', 'create', '--username', 'amina'], 'correct horse battery staple')
  })
  afterAll(async () => await folder?.remove())

  const run = (args: readonly string[], input?: string) =>
    proxima(args, {
      settings: { PROXIMA_DATA_DIR: folder.path },
      ...(input !== undefined && { input }),
    })

  it('writes a file that only its owner can read, warns of the secrets in it, and never overwrites it', async () => {
    const file = join(folder.path, 'accounts.jsonl')
    const first = await run(['export', '--out', file])
    expect(first).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('password hashes') as string })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const written = await readFile(file, 'utf8')
    expect(written).toContain('"username":"amina"')
    const second = await run(['export', '--out', file, '--json'])
    expect([second.exitCode, JSON.parse(second.stderr)]).toMatchObject([1, { code: 'file_exists' }])
    expect(await readFile(file, 'utf8')).toBe(written)
  })

  it('writes to standard output, so that another program can encrypt it', async () => {
    const { exitCode, stdout } = await run(['export', '--json'])
    const lines = stdout.trimEnd().split('\n')
    const types = lines.map((line) => (JSON.parse(line) as { type: string }).type)
    expect([exitCode, types]).toEqual([0, ['header', 'role', 'role', 'account', 'end']])
  })
})
