import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { engines, type TestEngine } from '../../apps/server/tests/support/engines.ts'
import { startTestServer } from '../../apps/server/tests/support/test-server.ts'

/**
 * A28 with the tool that attackers use: sqlmap at level 5, risk 3, against every field, query parameter, header and path
 * that a caller can fill in, on each engine that PROXIMA_TEST_* names. It starts a server of its own for this.
 *
 *   node bench/attacks/sqlmap.ts [--seconds 120] [--engine MariaDB]   seconds for each operation; needs sqlmap
 *
 * Exits with 1 if sqlmap has found an injection.
 */
const { values: chosen } = parseArgs({
  options: { seconds: { type: 'string', default: '120' }, engine: { type: 'string' } },
})

const password = 'correct horse battery staple'
const dbms = { SQLite: 'SQLite', PostgreSQL: 'PostgreSQL', MariaDB: 'MySQL' }

const names = { full_name: 'Amina*', given_name: 'Amina*', family_name: 'Otieno*' }
const details = { ...names, address: '1 Street*', national_id: 'KE-1*' }

interface Operation {
  readonly name: string
  readonly line: string
  readonly headers?: readonly string[]
  readonly body?: object
}

/** Each request succeeds as it is. sqlmap injects at each `*`. */
const operations: readonly Operation[] = [
  { name: 'availability', line: 'GET /v1/auth/availability?username=baraka*' },
  { name: 'availability of an email', line: 'GET /v1/auth/availability?email=baraka*@example.com' },
  { name: 'login', line: 'POST /v1/auth/login', body: { identifier: 'amina*', password: `${password}*` } },
  { name: 'token', line: 'POST /v1/auth/token', body: { user_secret: 'pxu_x*' } },
  { name: 'register', line: 'POST /v1/auth/register', body: { username: 'chege*', ...details } },
  {
    name: 'register with a key',
    line: 'POST /v1/auth/register',
    headers: ['Idempotency-Key: key-0123456789*', 'User-Agent: x*', 'X-Forwarded-For: 192.0.2.1*'],
    body: { username: 'dalia' },
  },
  { name: 'change', line: 'PATCH /v1/me', body: { ...details, locale: 'en*' } },
  { name: 'headers', line: 'GET /v1/me', headers: ['User-Agent: x*', 'Cookie: session=x*', 'Referer: x*'] },
  { name: 'path', line: 'GET /docs/problems/not_found*' },
]

let isInjectable = false
const folder = await mkdtemp(join(tmpdir(), 'proxima-sqlmap-'))
try {
  for (const engine of engines.filter(({ name }) => name === (chosen.engine ?? name))) await attack(engine)
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exitCode = isInjectable ? 1 : 0

async function attack(engine: TestEngine): Promise<void> {
  const env = { PROXIMA_LOG_LEVEL: 'silent', PROXIMA_TRUSTED_PROXIES: '127.0.0.1' }
  const server = await startTestServer(engine, { env })
  const { token } = await server.client.signUp('amina', password)
  for (const { name, line, headers = [], body } of operations) {
    const [method, path] = line.split(' ')
    const request = [
      `${method} ${path} HTTP/1.1`,
      `Host: ${new URL(server.url).host}`,
      ...(path === '/v1/me' ? [`Authorization: Bearer ${token}`] : []),
      ...(body === undefined ? [] : ['Content-Type: application/json']),
      ...headers,
    ]
    const file = join(folder, `${engine.name}-${name.replaceAll(' ', '-')}.txt`)
    await writeFile(file, `${request.join('\r\n')}\r\n\r\n${body === undefined ? '' : JSON.stringify(body)}`)
    const found = await sqlmap(file, dbms[engine.name])
    process.stdout.write(`${engine.name} ${name}: ${found}\n`)
  }
  // The answers of a server that has crashed would prove nothing.
  const { status } = await server.client.login({ username: 'amina', password })
  if (status !== 200) throw new Error(`${engine.name}: afterwards signing in answers ${status}`)
  await server.close()
}

async function sqlmap(request: string, engine: string): Promise<string> {
  const output = `${request}.out`
  const options = ['--batch', '--level', '5', '--risk', '3', '--dbms', engine, '--ignore-code', '*']
  // Otherwise it reads an input that is not a terminal as a list of targets.
  const more = ['--time-sec', '3', '--ignore-stdin', '--disable-coloring', '--output-dir', output]
  const args = [chosen.seconds, 'sqlmap', '-r', request, ...options, ...more]
  const child = spawn('timeout', args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const chunks: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  const text = Buffer.concat(chunks).toString()
  const refuted = text.match(/does not seem to be injectable/g)?.length ?? 0
  if (/identified the following injection point/.test(text)) {
    isInjectable = true
    return `INJECTABLE\n${text}`
  }
  if (code === 124) return `nothing found when stopped after ${chosen.seconds} s; ${refuted} places judged`
  if (refuted === 0) throw new Error(`sqlmap tried nothing:\n${text}`)
  return `nothing found; ${refuted} places judged`
}
