/** @module-tag long */

import { spawnSync } from 'node:child_process'
import { chmod, chown, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endLeftovers, freshFolder, program, proxima, startProxima } from '../support/process.ts'

afterEach(endLeftovers)

describe('a database file', () => {
  it.each(['deleted', 'moved', 'replaced'])(
    'that is %s under the server takes no more writes, and /readyz says so',
    async (what) => {
      const folder = await freshFolder()
      const { client, process } = await startProxima({ PROXIMA_DATA_DIR: folder.path })
      await client.register({ username: 'amina' })
      const path = join(folder.path, 'proxima.sqlite')
      if (what === 'deleted') await rm(path)
      else await rename(path, `${path}.moved`)
      if (what === 'replaced') await writeFile(path, '')

      for (const answer of [await client.get('/readyz'), await client.register({ username: 'brian' })])
        expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
      expect(process.stdout).toContain('was deleted, moved or replaced')
      if (what === 'moved') {
        await rename(`${path}.moved`, path)
        expect((await client.get('/readyz')).status).toBe(200)
        expect((await client.register({ username: 'brian' })).status).toBe(201)
      }
      await process.stop()
      await folder.remove()
    },
  )

  it('whose log is deleted under the server takes no more writes, and loses nothing that was acknowledged', async () => {
    const folder = await freshFolder()
    const settings = { PROXIMA_DATA_DIR: folder.path }
    const before = await startProxima(settings)
    await before.client.register({ username: 'amina' })
    await rm(join(folder.path, 'proxima.sqlite-wal'))
    for (const answer of [
      await before.client.get('/readyz'),
      await before.client.register({ username: 'brian' }),
    ])
      expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
    expect(before.process.stdout).toContain('proxima.sqlite-wal was deleted, moved or replaced')
    await before.process.stop()
    const after = await startProxima(settings)
    const isFree = async (username: string) => {
      const { body } = await after.client.get(`/v1/auth/availability?username=${username}`)
      return body.available === true
    }
    expect([await isFree('amina'), await isFree('brian')]).toEqual([false, true])
    await after.process.stop()
    await folder.remove()
  })

  // Closing any descriptor of a file releases all locks of the process on it (POSIX). Then a command would believe that
  // no server has the file open, and delete its log.
  it('stays locked while a server migrates it, so that no restore replaces it', async () => {
    const folder = await freshFolder()
    const settings = { PROXIMA_DATA_DIR: folder.path }
    const { client, process } = await startProxima(settings)
    await client.register({ username: 'amina' })
    const backup = join(folder.path, 'backup')
    expect((await proxima(['backup', backup], { settings })).exitCode).toBe(0)
    const refused = await proxima(['restore', backup, '--yes', '--json'], { settings })
    expect([refused.exitCode, JSON.parse(refused.stderr).code]).toEqual([1, 'database_in_use'])
    expect((await client.register({ username: 'brian' })).status).toBe(201)
    await process.stop()
    await folder.remove()
  })
})

const isRoot = process.getuid?.() === 0
/** Root may write anywhere, so it runs the program as nobody. */
const user = isRoot ? { uid: 65_534, gid: 65_534 } : {}
const canRun = spawnSync(process.execPath, [program, '--version'], { ...user, env: {} }).status === 0

describe.skipIf(!canRun)(
  'a start as a user who may not write (needs a checkout that everyone can read)',
  () => {
    let dataDir: string
    beforeEach(async () => {
      dataDir = await mkdtemp(join(tmpdir(), 'proxima-files-'))
      if (user.uid !== undefined) await chown(dataDir, user.uid, user.gid)
      return async () => {
        await chmod(dataDir, 0o700)
        await rm(dataDir, { recursive: true, force: true })
      }
    })

    function run(command: string) {
      const env = {
        PROXIMA_DATA_DIR: dataDir,
        PROXIMA_PORT: '0',
        PROXIMA_SECRET: 'aSecretOnlyForTests-4f8b1c9d2e7a6053-aaaa',
      }
      const { status, stdout, stderr } = spawnSync(process.execPath, [program, command, '--json'], {
        ...user,
        env,
        timeout: 60_000,
      })
      return { status, stdout: stdout.toString(), stderr: stderr.toString() }
    }

    it.each(['proxima.sqlite-wal', 'proxima.sqlite-shm', 'proxima.sqlite'])(
      'names the file %s and its owner, and so does the doctor',
      async (name) => {
        const path = join(dataDir, name)
        await writeFile(join(dataDir, 'proxima.sqlite'), '')
        if (user.uid !== undefined) await chown(join(dataDir, 'proxima.sqlite'), user.uid, user.gid)
        await writeFile(path, '', { mode: 0o600 })
        await chmod(path, 0o400)
        if (isRoot) await chown(path, 0, 0)
        const words = [path, `belongs to user ${process.getuid?.()}`]
        const refused = run('start')
        expect([refused.status, JSON.parse(refused.stderr).code]).toEqual([2, 'config_invalid'])
        const told = run('doctor')
        expect(told.status).toBe(1)
        expect(told.stdout).toContain('database_unreachable')
        for (const word of words) {
          expect(refused.stderr).toContain(word)
          expect(told.stdout).toContain(word)
        }
      },
    )

    it('names a folder in which SQLite cannot keep its files', async () => {
      await writeFile(join(dataDir, 'proxima.sqlite'), '')
      if (user.uid !== undefined) await chown(join(dataDir, 'proxima.sqlite'), user.uid, user.gid)
      await chmod(dataDir, 0o500)
      const refused = run('start')
      expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining(dataDir)])
      expect(run('doctor').stdout).toContain('database_unreachable')
    })
  },
)
