/** @module-tag long */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freshFolder, program, waitFor } from '../support/process.ts'
import { TestClient } from '../support/test-client.ts'

const cleanUps: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

interface Logging {
  readonly child: ChildProcess
  readonly client: TestClient
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>
}

/** A server whose log goes where the test says: to a place in the words of a shell, or to a pipe. */
async function startLogging(redirection: string): Promise<Logging> {
  const folder = await freshFolder()
  cleanUps.push(folder.remove)
  const port = await freePort()
  const env = {
    PATH: process.env['PATH'] ?? '',
    PROXIMA_PORT: String(port),
    PROXIMA_DATA_DIR: folder.path,
    PROXIMA_SECRET: 'aVeryLongSecretOnlyForTests-4f8b1c9d2e7a6053',
    PROXIMA_LIMITS: 'off',
  }
  const command = `exec '${process.execPath}' '${program}' start --json ${redirection}`
  const child = spawn('sh', ['-c', command], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  cleanUps.push(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const client = new TestClient(`http://127.0.0.1:${port}`)
  await waitFor('the server to answer', async () => {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}`)
    return await client.get('/readyz').then(
      ({ status }) => (status === 200 ? true : null),
      () => null,
    )
  })
  return { child, client, ended }
}

/** The calls of an ordinary day, several at a time. */
async function serve({ client }: Logging, calls: number): Promise<void> {
  const password = 'seven green bottles stand here'
  const username = `p${Math.random().toString(36).slice(2, 10)}`
  expect((await client.register({ username, password })).status).toBe(201)
  const rest = Array.from({ length: calls }).keys()
  const lane = async () => {
    for (const _ of rest) expect((await client.get('/healthz')).status).toBe(200)
  }
  await Promise.all(Array.from({ length: 8 }, lane))
  expect((await client.login({ username, password })).status).toBe(200)
}

async function lostLines({ client }: Logging): Promise<number> {
  const { text } = await client.get('/metrics')
  return Number(/^proxima_log_lines_lost_total (\d+)$/m.exec(text)?.[1])
}

async function stop({ child, ended }: Logging): Promise<number | null> {
  child.kill('SIGTERM')
  return await ended
}

function mountSmallDisk(): string | null {
  const path = mkdtempSync(join(tmpdir(), 'proxima-small-disk-'))
  cleanUps.push(() => rmSync(path, { recursive: true, force: true }))
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', path]).status !== 0) return null
  cleanUps.push(() => spawnSync('umount', [path]))
  return path
}

describe('a server whose log cannot be written', () => {
  it.each(['> /dev/full', '> /dev/full 2>&1'])('serves and stops with %s', async (redirection) => {
    const server = await startLogging(redirection)
    await serve(server, 50)
    expect(await lostLines(server)).toBeGreaterThan(50)
    expect(await stop(server)).toBe(0)
  })

  it('serves while the disk is full, and writes again when it has room', async (context) => {
    const disk = mountSmallDisk()
    if (disk === null) return context.skip('needs the right to mount a file system')
    const log = join(disk, 'log')
    const ballast = join(disk, 'ballast')
    writeFileSync(ballast, Buffer.alloc(32_768))
    const server = await startLogging(`> '${log}'`)
    await serve(server, 400)
    expect(await lostLines(server)).toBeGreaterThan(100)
    rmSync(ballast)
    await server.client.get('/healthz')
    const lines = await waitFor('the warning in the log', async () => {
      const text = readFileSync(log, 'utf8')
      return text.includes('log lines were lost') ? text.trimEnd().split('\n') : null
    })
    // At most one line is torn: the one that the disk had room for in part. The next one begins after it.
    const torn = lines.filter((line) => !line.endsWith('}'))
    expect(torn.length).toBeLessThanOrEqual(1)
    for (const line of lines.filter((each) => !torn.includes(each)))
      expect(() => void JSON.parse(line), line).not.toThrow()
    const warning = lines.find((line) => line.includes('log lines were lost')) ?? ''
    expect(JSON.parse(warning)).toMatchObject({ level: 'warn', lost: expect.any(Number) as number })
    expect(await stop(server)).toBe(0)
  })

  it('serves and stops after the reader of its log has ended', async () => {
    const server = await startLogging('')
    server.child.stdout?.destroy()
    server.child.stderr?.destroy()
    await serve(server, 50)
    expect(await lostLines(server)).toBeGreaterThan(40)
    expect(await stop(server)).toBe(0)
  })

  it('serves and stops while the reader of its log hangs, and the reader gets the rest when it goes on', async () => {
    const server = await startLogging('')
    await serve(server, 4_000)
    const lost = await lostLines(server)
    expect(lost).toBeGreaterThan(100)
    const chunks: string[] = []
    server.child.stdout?.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk))
    await waitFor('the warning in the log', async () => {
      await server.client.get('/healthz')
      return chunks.join('').includes('log lines were lost') ? true : null
    })
    for (const line of chunks.join('').split('\n').slice(0, -1))
      expect(() => void JSON.parse(line)).not.toThrow()
    server.child.stdout?.pause()
    await serve(server, 4_000)
    expect(await stop(server)).toBe(0)
  })
})
