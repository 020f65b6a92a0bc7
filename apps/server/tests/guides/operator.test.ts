/** @module-tag long */

import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hash as bcryptHash } from '@node-rs/bcrypt'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { problemBody } from '../../src/platform/http/problem.ts'
import { Failure } from '../../src/platform/kernel/failures.ts'
import { unavailable } from '../../src/platform/kernel/problems.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { GuideSandbox, withoutDetails } from '../support/guide-sandbox.ts'
import { password } from '../support/password.ts'
import {
  endLeftovers,
  hasCurl,
  type Outcome,
  proxima,
  type ServerProcess,
  startProxima,
} from '../support/process.ts'
import { findProgram, hasOpenssl } from '../support/programs.ts'

const missing = [
  hasCurl ? [] : ['curl'],
  hasOpenssl ? [] : ['openssl'],
  findProgram('sqlite3') === null ? ['sqlite3'] : [],
].flat()

describe.skipIf(missing.length > 0)(
  `an operator who follows the guides (needs curl, openssl, sqlite3)`,
  () => {
    const sandbox = new GuideSandbox()
    const environmentFile = sandbox.path('/etc/proxima/environment')
    let server: ServerProcess
    afterAll(async () => {
      await endLeftovers()
      sandbox.remove()
    })

    /** The settings of the file that the unit and the command line read. */
    const settings = () =>
      Object.fromEntries(
        readFileSync(environmentFile, 'utf8')
          .trimEnd()
          .split('\n')
          .map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]),
      )

    async function succeeds(running: Promise<Outcome>): Promise<string> {
      const outcome = await running
      expect(outcome.exitCode, outcome.stdout + outcome.stderr).toBe(0)
      return outcome.stdout
    }

    async function restart(): Promise<void> {
      await server?.process.stop()
      server = await startProxima(settings())
      sandbox.serverUrl = server.url
    }

    it('creates the user, the secret and the file of settings', async () => {
      await succeeds(sandbox.run('production.md#systemd sh'))
      await succeeds(sandbox.run('production.md#the-secret sh'))
      for (const path of ['/etc/proxima', '/etc/proxima/secret', environmentFile])
        expect(statSync(path === environmentFile ? path : sandbox.path(path)).mode & 0o077).toBe(0)
      writeFileSync(environmentFile, sandbox.path(guideBlock('production.md#what-to-set sh')))
      const database = join(sandbox.path('/var/lib/proxima'), 'moved.sqlite')
      writeFileSync(sandbox.path('/etc/proxima/database-url'), `sqlite:${database}\n`)
      await succeeds(proxima(['config'], { settings: settings() }))
    })

    it('installs the unit and the command line', async () => {
      await succeeds(sandbox.run('production.md#systemd sh 2'))
      expect(existsSync(sandbox.path('/etc/systemd/system/proxima.service'))).toBe(true)
      expect(existsSync(sandbox.path('/usr/local/bin/proxima'))).toBe(true)
      sandbox.installCommandLine()
      await restart()
      await server.client.signUp('amina', password)
      const printed = await sandbox.run('production.md#systemd sh 3')
      // The database that the settings name, and no other.
      expect(printed.stdout, printed.stderr).toContain('amina')
      expect(readdirSync(sandbox.path('/var/lib/proxima'))).not.toContain('proxima.sqlite')
    })

    it.skipIf(process.getuid?.() !== 0)(
      'runs the command line as the user of the server, also as root',
      async () => {
        const other = new GuideSandbox()
        const path = other.installCommandLine('nobody')
        mkdirSync(other.path('/etc/proxima'), { recursive: true })
        writeFileSync(
          other.path('/etc/proxima/environment'),
          `PROXIMA_DATA_DIR=${other.path('/var/lib/proxima')}\n`,
        )
        chmodSync(other.folder, 0o755)
        mkdirSync(other.path('/var/lib/proxima'), { mode: 0o777 })
        chmodSync(other.path('/var/lib/proxima'), 0o777)
        const made = spawnSync(path, ['migrate', 'up'], { encoding: 'utf8' })
        if (!/permission denied|Cannot find|EACCES/i.test(made.stderr)) {
          expect(made.status, made.stderr).toBe(0)
          const file = join(other.path('/var/lib/proxima'), 'proxima.sqlite')
          expect(statSync(file).uid).not.toBe(0)
        }
        other.remove()
      },
    )

    it('checks its health', async () => {
      expect((await succeeds(sandbox.run('production.md#health-checks sh'))).trim()).toBe(
        guideBlock('production.md#health-checks json').trim(),
      )
      const shown = JSON.parse(guideBlock('production.md#health-checks json 2')) as { request_id: string }
      const options = { publicUrl: 'https://accounts.example.org', requestId: shown.request_id }
      expect(shown).toEqual(JSON.parse(problemBody(new Failure(unavailable), options)))
    })

    it('examines the deployment with doctor', async () => {
      const behindProxy = settings()
      writeFileSync(
        environmentFile,
        readFileSync(environmentFile, 'utf8').replace(/^PROXIMA_TRUSTED_PROXIES.*\n/m, ''),
      )
      const database = join(sandbox.path('/var/lib/proxima'), 'moved.sqlite')
      chmodSync(database, 0o644)
      chmodSync(sandbox.path('/var/lib/proxima'), 0o755)
      const inUnit = await sandbox.run('operations.md#proxima-doctor sh', {
        settings: settings(),
        replaced: {},
      })
      const shown = withoutDetails(inUnit.stdout)
      const findings =
        `${guideBlock('operations.md#proxima-doctor text')}\n${guideBlock('production.md#what-to-set text')}`
          .replaceAll('/var/lib/proxima/proxima.sqlite', database)
          .split('\n')
      for (const line of findings) expect(shown).toContain(withoutDetails(line))
      chmodSync(database, 0o600)
      chmodSync(sandbox.path('/var/lib/proxima'), 0o700)
      writeFileSync(
        environmentFile,
        Object.entries(behindProxy)
          .map(([name, value]) => `${name}=${value}\n`)
          .join(''),
      )
    })

    it('helps users', async () => {
      const inUnit = { settings: settings() }
      const set = await succeeds(
        sandbox.run('credentials.md#a-forgotten-password-a-lost-secret sh', {
          ...inUnit,
          input: `${password} too\n`,
        }),
      )
      expect(set).toMatch(/password set.*\n.*shown only once:\npxu_/)
      expect(await succeeds(sandbox.run('operations.md#roles sh', inUnit))).toContain('support')
      writeFileSync(join(sandbox.folder, 'amina.hash'), await bcryptHash(password, 4))
      const imported = await succeeds(
        sandbox.run('operations.md#importing-users-with-their-passwords sh', {
          ...inUnit,
          replaced: { '--username amina ': '--username amina2 ' },
        }),
      )
      expect(imported).toContain('amina@example.com')
      const [head = ''] = (await succeeds(sandbox.run('mail.md#when-messages-are-sent sh', inUnit))).split(
        '\n',
      )
      expect(withoutDetails(head)).toBe(
        withoutDetails(guideBlock('mail.md#when-messages-are-sent text')).split('\n')[0],
      )
    })

    it('rotates keys and the secret', async () => {
      const listed = await succeeds(sandbox.run('keys.md#signing-keys sh'))
      const { stdout } = await proxima(['keys', 'list', '--json'], { settings: settings() })
      const [, signing] = JSON.parse(stdout) as { kid: string; state: string }[]
      expect([signing?.state, listed.includes(signing?.kid ?? '-')]).toEqual(['signing', true])
      const retired = { replaced: { KID: signing?.kid ?? '-' } }
      await succeeds(sandbox.run('keys.md#a-key-has-leaked sh', retired))
      await succeeds(sandbox.run('production.md#the-secret sh 2', { settings: settings() }))
    })

    it('refuses another secret, as the guide says', async () => {
      const other = {
        ...settings(),
        PROXIMA_SECRET: 'anotherSecretThatIsLongEnough-0c5b7e1d93a4',
        PROXIMA_SECRET_FILE: '',
      }
      const { stderr } = await proxima(['start'], { settings: other })
      expect(withoutDetails(stderr)).toContain(withoutDetails(guideBlock('production.md#the-secret text')))
    })

    it('backs up and restores', async () => {
      const today = new Date().toISOString().slice(0, 10)
      const printed = await succeeds(sandbox.run('production.md#backups sh'))
      const expected = guideBlock('production.md#backups text').split('\n')[0] ?? ''
      expect(withoutDetails(printed.replaceAll(sandbox.folder, ''))).toContain(withoutDetails(expected))
      const moved = { '/proxima.sqlite ': '/moved.sqlite ' }
      await succeeds(sandbox.run('production.md#backups sh 2', { replaced: moved }))
      for (const name of ['1', '2'])
        expect(statSync(sandbox.path(`/var/backups/proxima/${name}.sqlite`)).mode & 0o077).toBe(0)
      await server.process.stop()
      await succeeds(sandbox.run('production.md#backups sh 3', { replaced: { '2026-11-21': today } }))
      const second = { '2027-01-31': today }
      await succeeds(
        sandbox.run('operations.md#proxima-backup-and-proxima-restore sh 2', { replaced: second }),
      )
      const again = await sandbox.run('operations.md#proxima-backup-and-proxima-restore sh')
      // The same file, on the same day: a backup never overwrites another.
      expect(again.stderr).toContain('exists')
      await restart()
      expect((await server.client.login({ username: 'amina', password: `${password} too` })).status).toBe(200)
    })

    it('names the tools of other engines for a backup', async () => {
      // The tools themselves belong to the engines. What counts here is that the shell reads the block, and their names.
      const block = guideBlock('production.md#backups sh 4')
      expect(spawnSync('bash', ['-n'], { input: block }).status).toBe(0)
      for (const engine of ['postgres', 'mysql']) {
        const other = { PROXIMA_DATABASE_URL: `${engine}://proxima@127.0.0.1/proxima` }
        const { stderr } = await proxima(['backup', 'x'], { settings: other })
        const [tool = '-'] = /pg_dump --format=custom|mariadb-dump --single-transaction/.exec(stderr) ?? []
        expect(block).toContain(tool)
      }
    })

    it('sets up metrics and traces', async () => {
      await succeeds(sandbox.run('observability.md#metrics sh'))
      await succeeds(sandbox.run('observability.md#traces sh'))
      const before = readFileSync(environmentFile, 'utf8')
      const mail = guideBlock('mail.md#mail sh')
      writeFileSync(environmentFile, before + mail)
      await succeeds(proxima(['config'], { settings: settings() }))
      writeFileSync(environmentFile, before)
      await restart()
      expect((await server.client.get('/metrics')).status).toBe(401)
    })

    it('runs several processes', async () => {
      await succeeds(sandbox.run('scaling.md#several-processes-on-one-machine sh'))
      for (const path of ['proxima@.service', 'proxima@.service.d/port.conf'])
        expect(existsSync(join(sandbox.path('/etc/systemd/system'), path))).toBe(true)
    })

    it('prepares the secrets of containers', async () => {
      const printed = await succeeds(sandbox.run('production.md#docker sh 2'))
      expect(printed).toContain('docker compose --file deploy/compose.yaml up')
    })

    it('uploads a picture', async () => {
      await writePicture(join(sandbox.folder, 'amina.jpg'))
      const { token } = await server.client.signUp('pictured', password)
      const printed = await succeeds(
        sandbox.run('profile.md#picture sh', {
          settings: { TOKEN: token },
          replaced: { 'https://accounts.example.org': server.url },
        }),
      )
      const shown = JSON.parse(guideBlock('profile.md#picture json')) as { image_url: string }
      const { image_url } = JSON.parse(`${printed.split('}')[0]}}`) as { image_url: string }
      const form = (url: string) => url.replace(/[\w-]{43}/, 'ID')
      expect(form(image_url)).toBe(form(shown.image_url))
    })
  },
)

describe.skipIf(!hasOpenssl)('in development', () => {
  it('changes the secret beside the data', async () => {
    const sandbox = new GuideSandbox()
    sandbox.useDevelopment()
    const server = await startProxima({ PROXIMA_DATA_DIR: join(sandbox.folder, 'data') })
    const { token } = await server.client.signUp('amina', password)
    await server.process.stop()
    const { exitCode, stdout, stderr } = await sandbox.run('keys.md#in-development sh')
    expect(exitCode, stdout + stderr).toBe(0)
    const again = await startProxima({
      PROXIMA_DATA_DIR: join(sandbox.folder, 'data'),
      PROXIMA_PUBLIC_URL: server.url,
    })
    expect((await again.client.me(token)).status).toBe(200)
    await again.process.stop()
    sandbox.remove()
  })
})

async function writePicture(path: string): Promise<void> {
  const create = { width: 64, height: 64, channels: 3, background: 'teal' } as const
  writeFileSync(path, await sharp({ create }).jpeg().toBuffer())
}
