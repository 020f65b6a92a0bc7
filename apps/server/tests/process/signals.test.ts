/** @module-tag long */

import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import {
  endLeftovers,
  freshFolder,
  hasScript,
  ProximaProcess,
  program,
  startProxima,
} from '../support/process.ts'

const folders: Awaited<ReturnType<typeof freshFolder>>[] = []
afterEach(async () => {
  await endLeftovers()
  for (const folder of folders.splice(0)) await folder.remove()
})

async function freshSettings(): Promise<Record<string, string>> {
  const folder = await freshFolder()
  folders.push(folder)
  return { PROXIMA_DATA_DIR: folder.path, PROXIMA_SECRET: 'aVeryLongSecretOnlyForTests-4f8b1c9d2e7a6053' }
}

describe('a server without a terminal', () => {
  it.each(['SIGUSR1', 'SIGUSR2', 'SIGHUP', 'SIGPIPE'] as const)('serves on after %s', async (signal) => {
    const { process: server, client } = await startProxima(await freshSettings())
    for (let times = 0; times < 3; times++) {
      server.signal(signal)
      expect((await client.get('/healthz')).status).toBe(200)
    }
    // The kernel answers SIGPIPE: Node ignores it, so the server does not see it.
    if (signal !== 'SIGPIPE') await server.printed(new RegExp(`"signal":"${signal}".*nothing to reload`))
    const { exitCode, stderr } = await server.stop()
    // Not "Debugger listening on ws://127.0.0.1:9229".
    expect([exitCode, stderr]).toEqual([0, ''])
  })

  it('stops gracefully on SIGQUIT', async () => {
    const { process: server } = await startProxima(await freshSettings())
    const { exitCode, stdout } = await server.stop('SIGQUIT')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('"msg":"stopped"')
  })

  it('serves on after SIGHUP if nohup started it', async () => {
    const settings = { ...(await freshSettings()), PROXIMA_PORT: '0' }
    const server = new ProximaProcess('nohup', [process.execPath, program, 'start'], settings)
    await server.printed(/listening on/)
    server.signal('SIGHUP')
    await server.printed(/nothing to reload/)
    expect((await server.stop()).exitCode).toBe(0)
  })
})

describe.skipIf(!hasScript)('a server at a terminal (needs script of util-linux)', () => {
  it('stops gracefully when the terminal is gone, and exits with 129', async () => {
    const settings = { ...(await freshSettings()), PROXIMA_PORT: '0' }
    const command = `'${process.execPath}' '${program}' start & echo "pid $!"; wait $!; echo "code $?"`
    const server = new ProximaProcess('script', ['-qefc', command, '/dev/null'], settings)
    const [, pid] = await server.printed(/pid (\d+)/)
    await server.printed(/listening on/)
    process.kill(Number(pid), 'SIGHUP')
    await server.printed(/code 129/)
    expect(server.stdout).toMatch(/stopped/)
    server.endInput()
  })
})

// Its listener is there only when the program has begun to run.
it.each(['package.json', 'deploy/Dockerfile', 'deploy/proxima.service'])(
  'SIGUSR1 opens no debugger while the server starts by %s',
  (file) => {
    const text = readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8')
    const starts = text.split('\n').filter((line) => /node\b.*proxima\.js/.test(line))
    expect(starts.length).toBeGreaterThan(0)
    for (const line of starts) expect(line).toContain('--disable-sigusr1')
  },
)
