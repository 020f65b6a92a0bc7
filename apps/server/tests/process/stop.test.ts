/** @module-tag long */

import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { password } from '../support/password.ts'
import { endLeftovers, freshFolder, type ServerProcess, startProxima } from '../support/process.ts'

/** A hash then takes about a second, so that a sign-in is still under way when the next thing happens. */
const slowHashes = { PROXIMA_PASSWORD_ITERATIONS: '20', PROXIMA_PASSWORD_MEMORY_KIB: '131072' }

const folders: Awaited<ReturnType<typeof freshFolder>>[] = []
afterEach(async () => {
  await endLeftovers()
  for (const folder of folders.splice(0)) await folder.remove()
})

async function startFresh(
  settings: Record<string, string> = {},
): Promise<ServerProcess & { dataDir: string }> {
  const folder = await freshFolder()
  folders.push(folder)
  const server = await startProxima({ PROXIMA_DATA_DIR: folder.path, PROXIMA_LIMITS: 'off', ...settings })
  return { ...server, dataDir: folder.path }
}

/** Sends the request to its last byte and comes back; `answer` is read later. */
async function send(url: string, body: object, agent: Agent): Promise<{ answer: Promise<IncomingMessage> }> {
  const outgoing = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } })
  const answer = once(outgoing, 'response').then(([response]) => response as IncomingMessage)
  answer.catch(() => undefined)
  outgoing.end(JSON.stringify(body))
  await once(outgoing, 'finish')
  return { answer }
}

async function statusOf(answer: Promise<IncomingMessage>): Promise<number | undefined> {
  const response = await answer
  response.resume()
  await once(response, 'end')
  return response.statusCode
}

async function connects(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}

describe.each(['SIGTERM', 'SIGINT'] as const)('on %s', (signal) => {
  it('answers the sign-in in progress, accepts no new connection, and exits with 0', async () => {
    const { process, url, client } = await startFresh({
      ...slowHashes,
      PROXIMA_SHUTDOWN_TIMEOUT_SECONDS: '60',
    })
    await client.register({ username: 'amina', password })
    const agent = new Agent({ keepAlive: true })
    const { answer } = await send(`${url}/v1/auth/login`, { username: 'amina', password }, agent)
    // What came later has been answered, so the sign-in has been read.
    await client.get('/healthz')
    process.signal(signal)
    await process.printed(/"stopping"/)
    expect(await connects(url)).toBe(false)
    expect(await statusOf(answer)).toBe(200)
    const { exitCode, stdout } = await process.ended
    agent.destroy()
    expect(exitCode).toBe(0)
    expect(stdout).toContain('"msg":"stopped"')
  })

  it('does not wait for idle connections', async () => {
    const { process, url, client } = await startFresh()
    const { hostname, port } = new URL(url)
    const silent = connect(Number(port), hostname)
    await once(silent, 'connect')
    await client.get('/healthz')
    const startedAt = performance.now()
    const { exitCode } = await process.stop(signal)
    silent.destroy()
    expect(exitCode).toBe(0)
    expect(performance.now() - startedAt).toBeLessThan(5_000)
  })

  it('keeps every account that it acknowledged', async () => {
    const { process, client, dataDir } = await startFresh()
    const acknowledged: string[] = []
    const people = Array.from({ length: 60 }, async (_, index) => {
      const answer = await client.register({ username: `person${index}` }).catch(() => null)
      if (answer?.status !== 201) return
      acknowledged.push(String(answer.body.user_secret))
      // Once: a second signal ends the server before it has finished its requests.
      if (acknowledged.length === 20) process.signal(signal)
    })
    await Promise.all(people)
    expect((await process.ended).exitCode).toBe(0)
    const again = await startProxima({ PROXIMA_DATA_DIR: dataDir, PROXIMA_LIMITS: 'off' })
    for (const secret of acknowledged)
      expect((await again.client.post('/v1/auth/token', { user_secret: secret })).status).toBe(200)
  })
})

it('reports that it cut off requests at the time limit', async () => {
  const { process, url, client } = await startFresh({ PROXIMA_SHUTDOWN_TIMEOUT_SECONDS: '1' })
  const { hostname, port } = new URL(url)
  // A request that never comes to its end.
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(
    'POST /v1/auth/login HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
  )
  await client.get('/healthz')
  const { exitCode, stdout } = await process.stop()
  socket.destroy()
  expect(exitCode).toBe(1)
  expect(stdout).toContain('PROXIMA_SHUTDOWN_TIMEOUT_SECONDS')
})
