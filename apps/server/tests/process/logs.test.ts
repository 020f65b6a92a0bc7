/** @module-tag long */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  atTerminal,
  endLeftovers,
  freshFolder,
  hasScript,
  proxima,
  startProxima,
} from '../support/process.ts'

const canary = 'canary-71ab-long-enough-to-be-a-secret-5k2x9qz'

let folder: Awaited<ReturnType<typeof freshFolder>>
beforeAll(async () => {
  folder = await freshFolder()
})
afterEach(endLeftovers)
afterAll(async () => await folder.remove())

describe('the output of the server', () => {
  it('is a JSON line for each event in production, and nothing else', async () => {
    const { process, client } = await startProxima({
      PROXIMA_ENV: 'production',
      PROXIMA_SECRET: canary,
      PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
      PROXIMA_DATA_DIR: folder.path,
    })
    await client.register({ username: 'amina', password: `not the ${canary}` })
    const { exitCode, stdout, stderr } = await process.stop()
    expect([exitCode, stderr]).toEqual([0, ''])
    const lines = stdout.trimEnd().split('\n')
    const events = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    for (const event of events)
      expect(event).toMatchObject({ level: expect.any(String), time: expect.any(String) })
    expect(events.map(({ msg }) => msg)).toEqual(
      expect.arrayContaining([
        'migrated',
        expect.stringMatching(/^listening on /),
        'request',
        'stopping',
        'stopped',
      ]),
    )
    expect(stdout).not.toContain(canary)
  })

  it('is JSON and nothing else with --json in development too', async () => {
    const { process } = await startProxima({ PROXIMA_DATA_DIR: folder.path, PROXIMA_SECRET: canary }, [
      '--json',
    ])
    const { stdout } = await process.stop()
    for (const line of stdout.trimEnd().split('\n')) expect(() => void JSON.parse(line)).not.toThrow()
  })

  it.skipIf(!hasScript)(
    'is for people at a terminal, and Ctrl-C stops it (needs script of util-linux)',
    async () => {
      const server = atTerminal(['start'], {
        PROXIMA_PORT: '0',
        PROXIMA_DATA_DIR: folder.path,
        PROXIMA_SECRET: canary,
      })
      await server.printed(/curl/)
      server.type('\x03')
      const { exitCode, stdout } = await server.ended
      expect(exitCode).toBe(0)
      expect(stdout).toMatch(/INFO.*listening on http:/)
      expect(stdout).toMatch(/INFO.*stopped/)
      expect(stdout).not.toMatch(/^\{/m)
    },
  )
})

describe('a configuration that is refused', () => {
  it('lists everything that production lacks, and exits with 2', async () => {
    const settings = { PROXIMA_ENV: 'production', PROXIMA_LIMITS: 'off', PROXIMA_DATA_DIR: folder.path }
    const { exitCode, stdout, stderr } = await proxima(['start'], { settings })
    expect([exitCode, stdout]).toEqual([2, ''])
    for (const name of ['PROXIMA_SECRET', 'PROXIMA_PUBLIC_URL', 'PROXIMA_LIMITS'])
      expect(stderr).toMatch(new RegExp(`^- ${name} must be `, 'm'))
    const asJson = JSON.parse((await proxima(['start', '--json'], { settings })).stderr)
    expect(asJson).toMatchObject({ code: 'config_invalid' })
    expect(asJson.errors).toHaveLength(3)
  })

  it('suggests the setting that an unknown name resembles', async () => {
    const { exitCode, stderr } = await proxima(['start'], { settings: { PROXIMA_PROT: '4001' } })
    expect([exitCode, stderr]).toEqual([2, 'PROXIMA_PROT is not a setting. Did you mean PROXIMA_PORT?\n'])
  })

  it('does not repeat a secret that it refuses', async () => {
    const settings = {
      PROXIMA_SECRET: 'canary-8e2',
      PROXIMA_DATABASE_URL: 'postgres://amina:canary-8e2@/nowhere:x',
      PROXIMA_SMS_URL: 'http://example.org/canary-8e2',
    }
    const { exitCode, stdout, stderr } = await proxima(['config'], { settings })
    expect(exitCode).toBe(2)
    for (const name of Object.keys(settings)) expect(stderr).toContain(name)
    expect(stdout + stderr).not.toContain('canary-8e2')
  })
})

describe('proxima config', () => {
  const settings = {
    PROXIMA_SECRET: canary,
    PROXIMA_DATABASE_URL: `postgres://amina:${canary}@127.0.0.1:1/accounts?sslrootcert=${canary}`,
    PROXIMA_REDIS_URL: `redis://amina:${canary}@127.0.0.1:1`,
    PROXIMA_MAIL_URL: `smtp://amina:${canary}@127.0.0.1:1`,
    PROXIMA_SMS_URL: `https://example.org/${canary}`,
  }

  it.each([[[]], [['--json']]])('hides every secret with %j', async (more: string[]) => {
    const { exitCode, stdout, stderr } = await proxima(['config', ...more], { settings })
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(stdout).toContain('PROXIMA_SECRET')
    expect(stdout).toContain('127.0.0.1:1/accounts')
    expect(stdout).not.toContain(canary)
    expect(stdout).not.toContain(encodeURIComponent(canary))
  })

  it('shows with --json the values in force and their sources', async () => {
    const { stdout } = await proxima(['config', '--json'], { settings: { PROXIMA_PORT: '4001' } })
    const rows = JSON.parse(stdout) as { name: string }[]
    const rowOf = (name: string) => rows.find((row) => row.name === name)
    expect(rowOf('PROXIMA_PORT')).toMatchObject({ value: '4001', source: 'environment', default: '4000' })
    expect(rowOf('PROXIMA_HOST')).toMatchObject({ value: '127.0.0.1', source: 'default' })
  })
})
