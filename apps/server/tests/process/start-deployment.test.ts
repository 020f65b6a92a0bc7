/** @module-tag long */

import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Finding } from '../../src/features/administration/deployment/model.ts'
import { freshFolder, proxima } from '../support/process.ts'

let folder: Awaited<ReturnType<typeof freshFolder>>

// start-refusals.test.ts has the reasons that lie in the database.
describe('a start without a usable deployment', () => {
  beforeAll(async () => {
    folder = await freshFolder()
    await mkdir(folder.path, { recursive: true })
  })
  afterAll(async () => await folder.remove())

  const secret = { PROXIMA_SECRET: 'aSecretOnlyForTests-4f8b1c9d2e7a6053-aaaa' }
  const inFolder = (...names: readonly string[]) => join(folder.path, ...names)
  const write = async (name: string, mode = 0o600) => {
    await writeFile(inFolder(name), 'no database, no folder and no secret, but long enough for one', { mode })
    await chmod(inFolder(name), mode)
  }

  it.each([
    ['an invalid setting', 2, 'config_refused', async () => ({ PROXIMA_PORT: 'x' })],
    [
      'a secret that others can read',
      2,
      'secret_refused',
      async () => {
        await write('secret', 0o644)
        return { PROXIMA_DATA_DIR: folder.path }
      },
    ],
    [
      'a data folder that is a file, for the secret',
      2,
      'data_dir_unusable',
      async () => {
        await write('file')
        return { PROXIMA_DATA_DIR: inFolder('file', 'data') }
      },
    ],
    [
      'a data folder that is a file, for the database',
      2,
      'data_dir_unusable',
      async () => {
        await write('file')
        return { ...secret, PROXIMA_DATA_DIR: inFolder('file', 'data') }
      },
    ],
    [
      'another kind of file as its database',
      2,
      'database_unreachable',
      async () => {
        await write('letter.txt')
        return { ...secret, PROXIMA_DATABASE_URL: `sqlite:${inFolder('letter.txt')}` }
      },
    ],
    [
      'an address of another machine',
      1,
      'address_refused',
      // TEST-NET-3 (RFC 5737) belongs to no machine.
      async () => ({ ...secret, PROXIMA_HOST: '203.0.113.5' }),
    ],
  ])('stops for %s with exit %i, and the doctor reports %s', async (_what, exitCode, code, prepare) => {
    const settings = { PROXIMA_DATA_DIR: inFolder('data'), PROXIMA_PORT: '0', ...(await prepare()) }
    const told = await proxima(['doctor', '--json'], { settings })
    expect(told).toMatchObject({ exitCode: 1, stderr: '' })
    const { findings } = JSON.parse(told.stdout) as { findings: Finding[] }
    const found = findings.find((finding) => finding.code === code)
    expect(found?.severity, told.stdout).toBe('error')
    const refused = await proxima(['start'], { settings })
    expect(refused.exitCode).toBe(exitCode)
    expect(refused.stderr).not.toMatch(/report it|\n {4}at /)
  })
})
