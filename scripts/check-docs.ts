import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { environment } from '../apps/server/src/platform/config/environment.ts'

/**
 * Runs the examples of the pages. Each page gets a server and a folder of its own. A comment before a fenced block
 * says what the block is: `<!-- file: name -->` is written to that folder, `<!-- runnable -->` is run by a POSIX
 * shell, and the runnable block before an `<!-- output -->` must print every line of it, in this order. In an output,
 * `…` matches any text, together with the letters and digits before it.
 */
const pages = [
  'README.md',
  'docs/guides/verify-tokens.md',
  'docs/guides/contacts.md',
  'docs/guides/recovery.md',
  'docs/guides/sign-in-by-code.md',
  'docs/guides/roles.md',
  'docs/guides/administration.md',
  'docs/guides/webhooks.md',
  'docs/guides/api-keys.md',
  'docs/guides/oauth.md',
  'docs/guides/openid.md',
  'docs/guides/revocations.md',
  'docs/guides/client.md',
  'docs/guides/protect/node.md',
  'docs/guides/protect/express.md',
  'docs/guides/protect/fastify.md',
  'docs/guides/protect/hono.md',
  'docs/guides/protect/koa.md',
  'docs/guides/protect/next.md',
  'docs/guides/protect/nest.md',
]

/** The ports that the pages use. Each is replaced by a free one. */
const documentedPorts = ['4000', '4100']
const pageTimeoutMs = 60_000
const startTimeoutMs = 30_000
const startPollMs = 50

interface Block {
  readonly kind: 'file' | 'runnable' | 'output'
  /** Only a file has one. */
  readonly name: string
  readonly lines: readonly string[]
}

/** The packages that examples import. They are built first, so that the examples run what a user installs. */
const packages = ['client', 'guard']

const root = resolve(import.meta.dirname, '..')
if (spawnSync('curl', ['--version']).error === undefined) {
  buildPackages()
  await checkPages()
} else console.log('The examples were NOT RUN: curl is not installed.')

function buildPackages(): void {
  for (const name of packages) {
    const { status } = spawnSync('npm', ['run', '--silent', 'build'], {
      cwd: join(root, 'packages', name),
      stdio: 'inherit',
    })
    if (status !== 0) throw new Error(`packages/${name} could not be built`)
  }
}

async function checkPages(): Promise<void> {
  for (const page of pages) {
    const problems = await problemsOf(page)
    console.log(problems.length === 0 ? `${page}: its examples work.` : `${page}: FAILED`)
    for (const problem of problems) console.error(problem)
    if (problems.length > 0) process.exitCode = 1
  }
}

async function problemsOf(page: string): Promise<string[]> {
  const ports = await Promise.all(documentedPorts.map(freePort))
  const blocks = readBlocks(withPorts(readFileSync(join(root, page), 'utf8'), ports))
  if (!blocks.some(({ kind }) => kind === 'runnable')) return [`${page} has no runnable block.`]
  const folder = mkdtempSync(join(tmpdir(), 'proxima-docs-'))
  const server = start(folder, ports[0] ?? '0')
  try {
    await untilReady(server, `http://127.0.0.1:${ports[0]}/readyz`)
    return (await run(blocks, folder)).map((problem) => `${page}: ${problem}`)
  } catch (error) {
    return [`${page}: ${String(error)}`]
  } finally {
    await stop(server)
    rmSync(folder, { recursive: true, force: true })
  }
}

function readBlocks(markdown: string): Block[] {
  const pattern = /^<!-- (file: (\S+)|runnable|output) -->\n+```[^\n]*\n([\s\S]*?)^```$/gm
  return [...markdown.matchAll(pattern)].map(([, mark = '', name = '', body = '']) => ({
    kind: mark === 'runnable' || mark === 'output' ? mark : 'file',
    name,
    lines: body.split('\n').slice(0, -1),
  }))
}

function withPorts(markdown: string, ports: readonly string[]): string {
  return documentedPorts.reduce(
    (replaced, documented, index) =>
      replaced.replaceAll(new RegExp(`\\b${documented}\\b`, 'g'), ports[index] ?? documented),
    markdown,
  )
}

async function freePort(): Promise<string> {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  listener.close()
  await once(listener, 'close')
  if (address === null || typeof address === 'string') throw new Error('the system gave no free port')
  return String(address.port)
}

function start(folder: string, port: string): ChildProcess {
  const inherited = Object.entries(environment).filter(([name]) => !name.startsWith('PROXIMA_'))
  const env = { ...Object.fromEntries(inherited), PROXIMA_PORT: port, PROXIMA_DATA_DIR: join(folder, 'data') }
  const entry = join(root, 'apps/server/bin/proxima.js')
  return spawn(process.execPath, [entry, 'start', '--json'], { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  const deadline = performance.now() + startTimeoutMs
  while (performance.now() < deadline && server.exitCode === null) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isReady) return
    await setTimeout(startPollMs)
  }
  throw new Error('the server did not become ready')
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return
  server.kill('SIGTERM')
  await once(server, 'exit')
}

/** Runs all blocks in one shell, so that a block can use the variables of those before it. */
async function run(blocks: readonly Block[], folder: string): Promise<string[]> {
  const work = join(folder, 'work')
  mkdirSync(work)
  // The packages that an example asks its reader to install.
  symlinkSync(join(root, 'node_modules'), join(work, 'node_modules'))
  for (const { kind, name, lines } of blocks)
    if (kind === 'file') {
      mkdirSync(dirname(join(work, name)), { recursive: true })
      writeFileSync(join(work, name), `${lines.join('\n')}\n`)
    }
  const runnables = blocks.filter(({ kind }) => kind === 'runnable')
  const endOf = (index: number) => `--- end of block ${index} of ${folder}`
  const script = runnables.flatMap(({ lines }, index) => [...lines, `printf '\\n%s\\n' '${endOf(index)}'`])
  const { status, printed, errors } = await shell(script.join('\n'), work, join(folder, 'data'))
  const outputs = runnables.map((_, index) => sliceBetween(printed, endOf(index - 1), endOf(index)))
  const missing = expectedOutputs(blocks).flatMap((expected, index) =>
    missingLine(expected, outputs[index] ?? ''),
  )
  const failure = status === 0 ? [] : [`a command failed (exit ${status}). ${errors.trim()}`]
  return [...failure, ...missing]
}

interface Outcome {
  readonly status: number | null
  readonly printed: string
  readonly errors: string
}

/** @param dataDir that of the server, so that commands of the command line find it */
async function shell(script: string, cwd: string, dataDir: string): Promise<Outcome> {
  const signal = AbortSignal.timeout(pageTimeoutMs)
  // -e: the first command that fails ends the script. -u: a variable that is not set also ends it.
  const child = spawn('sh', ['-eu', '-c', script], {
    cwd,
    signal,
    detached: true,
    env: { ...environment, PROXIMA_DATA_DIR: dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit').finally(() => endGroup(child))
  const [printed, errors] = await Promise.all([text(child.stdout), text(child.stderr), exited])
  return { status: child.exitCode, printed, errors }
}

/** Ends processes that a page started in the background and did not stop, because a command failed. */
function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has ended already.
  }
}

function sliceBetween(printed: string, begin: string, end: string): string {
  const from = printed.indexOf(begin)
  const to = printed.indexOf(end)
  return printed.slice(from < 0 ? 0 : from + begin.length, to < 0 ? undefined : to)
}

/** The lines that each runnable block must print: those of the output blocks that follow it. */
function expectedOutputs(blocks: readonly Block[]): string[][] {
  const outputs: string[][] = []
  for (const { kind, lines } of blocks) {
    if (kind === 'runnable') outputs.push([])
    if (kind === 'output') outputs.at(-1)?.push(...lines)
  }
  return outputs
}

/** The first expected line that was not printed after the lines before it. */
function missingLine(expected: readonly string[], output: string): string[] {
  const printed = output.split('\n')
  let from = 0
  for (const line of expected) {
    const pattern = new RegExp(`^${patternOf(line)}$`)
    const at = printed.findIndex((candidate, index) => index >= from && pattern.test(candidate))
    if (at < 0) return [`not printed: ${line}\n  but: ${output.trim().replaceAll('\n', '\n       ')}`]
    from = at + 1
  }
  return []
}

function patternOf(line: string): string {
  const parts = line.split(/[\w:.-]*…/)
  return parts.map((part) => RegExp.escape(part)).join('.*')
}
