import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import {
  endStrays,
  freshFolder,
  type ProximaProcess,
  proxima,
  type ServerProcess,
  startProxima,
  waitFor,
} from '../support/process.ts'
import type { TestClient } from '../support/test-client.ts'

const password = 'correct horse battery staple'
const workerCount = 3
/** Each call on a connection of its own, so that they go round. */
const headers = { connection: 'close' }

let folder: Awaited<ReturnType<typeof freshFolder>>
beforeAll(async () => {
  folder = await freshFolder()
})
afterEach(endStrays)
afterAll(async () => await folder.remove())

async function startWorkers(settings: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startProxima({ PROXIMA_DATA_DIR: folder.path, ...settings }, [
    '--workers',
    String(workerCount),
  ])
  await server.process.printed(/"all workers serve"/)
  return server
}

function workersThatAnswered({ log }: ProximaProcess): ReadonlySet<unknown> {
  return new Set(log.filter(({ msg }) => msg === 'request').map(({ worker }) => worker))
}

/** The figure with these labels, in whichever order they are. */
async function figure(client: TestClient, name: string, ...labels: readonly string[]): Promise<number> {
  const { text } = await client.get('/metrics', { headers })
  const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
  const values = lines.filter((line) => labels.every((label) => line.includes(label)))
  return values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

async function allGone(processes: readonly number[]): Promise<void> {
  await waitFor('the workers to be gone', async () => (processes.some(lives) ? null : true))
}

function lives(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch {
    return false
  }
}

describe('with --workers', () => {
  it('one port, one address and one greeting are those of all, and each answers', async () => {
    const { process, client } = await startWorkers()
    await process.printed(/curl/)
    expect(process.children).toHaveLength(workerCount)
    const calls = Array.from({ length: 30 }, () => client.get('/healthz', { headers }))
    for (const { status } of await Promise.all(calls)) expect(status).toBe(200)
    expect(process.stdout.match(/listening on http:/g)).toHaveLength(2)
    expect(process.stdout.match(/curl/g)).toHaveLength(1)
    expect(workersThatAnswered(process)).toEqual(new Set([1, 2, 3]))
    const { exitCode, stderr } = await process.stop()
    expect([exitCode, stderr]).toEqual([0, ''])
    expect(process.log.filter(({ msg }) => msg === 'stopped')).toHaveLength(workerCount + 1)
  })

  it('one scrape has the figures of all, whichever answers it', async () => {
    const { client } = await startWorkers({ PROXIMA_WORKERS: '2' })
    const calls = Array.from({ length: 60 }, () => client.get('/healthz', { headers }))
    await Promise.all(calls)
    const count = () => figure(client, 'proxima_http_request_duration_seconds_count', 'route="/healthz"')
    await waitFor('all calls to be counted', async () => ((await count()) === 60 ? true : null))
    expect(await Promise.all([count(), count(), count(), count()])).toEqual([60, 60, 60, 60])
    expect(await figure(client, 'proxima_build_info')).toBe(1)
  })

  it('a limit is one for all of them', async () => {
    const { process, client } = await startWorkers()
    const calls = Array.from({ length: 200 }, () =>
      client.get('/v1/auth/availability?username=amina', { headers }),
    )
    const answers = await Promise.all(calls)
    const quota = Number(/q=(\d+)/.exec(answers[0]?.headers.get('ratelimit-policy') ?? '')?.[1])
    expect(quota).toBeLessThan(200)
    expect(answers.filter(({ status }) => status !== 429)).toHaveLength(quota)
    expect(workersThatAnswered(process).size).toBe(workerCount)
  })

  it('one that is killed is missed by nobody for long, and another takes its place', async () => {
    const { process, client } = await startWorkers({ PROXIMA_LIMITS: 'off' })
    const { user, token } = await client.signUp('brian', password)
    const [killed = 0, ...others] = process.children
    globalThis.process.kill(killed, 'SIGKILL')
    await process.printed(/"another worker has taken its place"/)
    expect(process.log).toContainEqual(expect.objectContaining({ msg: 'a worker ended', signal: 'SIGKILL' }))
    expect(process.children).toEqual(expect.arrayContaining(others))
    expect(process.children).toHaveLength(workerCount)
    const calls = Array.from({ length: 30 }, () => client.get('/v1/me', { token, headers }))
    for (const { body } of await Promise.all(calls)) expect(body.id).toBe(user.id)
    expect(workersThatAnswered(process)).toContain(workerCount + 1)
    expect(process.stdout.match(/"listening on http:/g)).toHaveLength(1)
    expect((await process.stop()).exitCode).toBe(0)
  })

  it('all end when the process that started them is killed', async () => {
    const { process } = await startWorkers()
    const { children } = process
    await process.stop('SIGKILL')
    await allGone(children)
  })

  it.each(engines)('a sign-up at one is known to all of them, on $name', async (engine) => {
    const database = await engine.createDatabase()
    const settings = { PROXIMA_DATABASE_URL: database.url, PROXIMA_LIMITS: 'off' }
    const { process, client } = await startWorkers(settings)
    const people = await Promise.all(
      Array.from({ length: 6 }, async (_, index) => {
        const registered = await client.register({ username: `person${index}` })
        const secret = { user_secret: registered.body.user_secret }
        const { body } = await client.post('/v1/auth/token', secret, { headers })
        return { id: registered.body.id, token: String(body.access_token) }
      }),
    )
    for (const { id, token } of people) {
      const answers = await Promise.all([1, 2, 3].map(() => client.get('/v1/me', { token, headers })))
      for (const { body } of answers) expect(body.id).toBe(id)
    }
    const migrated = process.log.filter(({ msg }) => msg === 'migrated').map(({ migration }) => migration)
    expect(migrated.length).toBeGreaterThan(0)
    expect(new Set(migrated).size).toBe(migrated.length)
    expect((await process.stop()).exitCode).toBe(0)
    await database.drop()
  })
})

describe('a start with --workers that cannot be', () => {
  it('names the port that is taken once, and ends', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const { port } = taken.address() as AddressInfo
    const settings = { PROXIMA_PORT: String(port), PROXIMA_DATA_DIR: folder.path }
    const { exitCode, stdout, stderr } = await proxima(['start', '--workers', '2'], { settings })
    taken.close()
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(new RegExp(`^Port ${port} on 127.0.0.1 is taken .*PROXIMA_PORT.*\n$`))
    expect(stdout).not.toContain('curl')
  })

  it('says that the master secret is another, and ends with 2', async () => {
    const settings = { PROXIMA_PORT: '0', PROXIMA_DATA_DIR: folder.path, PROXIMA_SECRET: 'another'.repeat(8) }
    const { exitCode, stderr } = await proxima(['start', '--workers', '2'], { settings })
    expect(exitCode).toBe(2)
    expect(stderr.match(/The master secret does not fit this data/g)).toHaveLength(1)
  })

  it('refuses a number that is none', async () => {
    const { exitCode, stderr } = await proxima(['start', '--workers', 'many'])
    expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/^PROXIMA_WORKERS must be a whole number/)])
  })
})

describe('stopping with --workers', () => {
  /** A hash then takes about a second, so that a sign-in is still under way when the next thing happens. */
  const slowHashes = { PROXIMA_PASSWORD_ITERATIONS: '20', PROXIMA_PASSWORD_MEMORY_KIB: '131072' }
  const settings = { ...slowHashes, PROXIMA_LIMITS: 'off' }

  async function startSigningIn(username: string) {
    const server = await startWorkers(settings)
    const { client } = server
    await client.register({ username, password })
    const signingIn = client.login({ username, password })
    signingIn.catch(() => undefined)
    const hashing = async () => ((await figure(client, 'proxima_password_queue_running')) > 0 ? true : null)
    await waitFor('the sign-in to be under way', hashing)
    return { ...server, signingIn }
  }

  it('answers the sign-in under way, also where every process gets the signal', async () => {
    const { process, signingIn } = await startSigningIn('chido')
    const { children } = process
    for (const child of children) globalThis.process.kill(child, 'SIGTERM')
    process.signal('SIGTERM')
    for (const child of children) globalThis.process.kill(child, 'SIGTERM')
    expect((await signingIn).status).toBe(200)
    expect((await process.ended).exitCode).toBe(0)
  })

  it('ends at once at the second signal', async () => {
    const { process, signingIn } = await startSigningIn('dalia')
    const { children } = process
    process.signal('SIGTERM')
    await process.printed(/"stopping"/)
    process.signal('SIGTERM')
    expect((await process.ended).exitCode).toBe(1)
    await expect(signingIn).rejects.toThrow()
    await allGone(children)
  })
})
