/** @module-tag long */

import { execFile, spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../apps/server/tests/support/engines.ts'
import { startTestServer, type TestServer } from '../../../apps/server/tests/support/test-server.ts'

const root = resolve(import.meta.dirname, '../../..')
const run = promisify(execFile)

/** A Node 20 of the machine, which is not the one that runs the tests. */
const node20 = ['/usr/bin/node', '/usr/local/bin/node'].find((path) =>
  spawnSync(path, ['--version']).stdout?.toString().startsWith('v20.'),
)

const program = `
import { createProxima, ProximaError } from '@proxima/client'

const proxima = createProxima({ url: process.argv[2] })
const { user_secret } = await proxima.auth.register({ username: 'amina' })
await proxima.auth.loginWithUserSecret({ user_secret })
await proxima.session.refresh()
const { username } = await proxima.me.get()
let devices = 0
for await (const session of proxima.me.sessions.list({ limit: 1 })) devices++
await proxima.auth.logout()
const code = await proxima.me.get().catch((error) => error instanceof ProximaError && error.code)
console.log(process.version.split('.')[0], username, devices, proxima.session.status, code)
`

/** What a user of the package writes. Each mistake must be found. */
const typed = `
import { createProxima, type Me, type Proxima, ProximaError } from '@proxima/client'

export const inBrowser = createProxima({ mode: 'cookie' })
export const inPage = createProxima({ url: 'https://accounts.example.org', storage: localStorage })
export const ofProgram: Proxima = createProxima({ url: 'https://accounts.example.org', apiKey: 'pxk_…' })
export async function nameOf(proxima: Proxima): Promise<string> {
  const me: Me = await proxima.me.get({ signal: AbortSignal.timeout(1_000) })
  return me.full_name ?? me.username ?? 'someone'
}
export async function names(proxima: Proxima): Promise<(string | null)[]> {
  const found: (string | null)[] = []
  for await (const { username } of proxima.users.list({ role: 'admin', verified: true })) found.push(username)
  return found
}
export function isTaken(error: unknown): boolean {
  return error instanceof ProximaError && error.code === 'username_taken'
}
export function isMistyped(error: ProximaError): boolean {
  // @ts-expect-error: there is no such code
  return error.code === 'usrname_taken'
}
// @ts-expect-error: a client with tokens needs the address of the server
createProxima({})
// @ts-expect-error: there is no such storage
createProxima({ url: '', storage: 'local' })
// @ts-expect-error: a password is a text
void inPage.auth.login({ identifier: 'amina', password: 1 })
// @ts-expect-error: the client chooses the mode
void inPage.auth.login({ identifier: 'amina', password: 'x', mode: 'code' })
// @ts-expect-error: there is no such status
inPage.users.list({ status: 'asleep' })
`

describe('the package as it is published', () => {
  let folder: string
  let installed: string
  let server: TestServer
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-client-'))
    installed = join(folder, 'node_modules/@proxima/client')
    await mkdir(installed, { recursive: true })
    const config = join(root, 'packages/client/tsconfig.build.json')
    const tsc = join(root, 'node_modules/.bin/tsc')
    await run(tsc, ['-p', config, '--outDir', join(installed, 'dist')])
    await cp(join(root, 'packages/client/package.json'), join(installed, 'package.json'))
    server = await startTestServer(sqlite)
  })
  afterAll(async () => {
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('has no dependency, and a file for each of its entries', async () => {
    const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as {
      dependencies?: object
      exports: Record<string, Record<string, string>>
    }
    expect(manifest.dependencies).toBeUndefined()
    const { types = '', default: code = '' } = manifest.exports['.'] ?? {}
    for (const file of [types, code]) expect(await readFile(join(installed, file), 'utf8')).not.toBe('')
  })

  it.skipIf(node20 === undefined)('works on Node 20 (left out if the machine has none)', async () => {
    await writeFile(join(folder, 'program.mjs'), program)
    const { stdout } = await run(node20 ?? '', ['program.mjs', server.url], { cwd: folder })
    expect(stdout.trim()).toBe('v20 amina 1 signed_out unauthenticated')
  })

  it.each([
    ['of a browser', { lib: ['es2022', 'dom'], types: [] as string[] }],
    ['of Node', { lib: ['es2022', 'dom'], types: ['node'] }],
  ])('has types that compile in a program %s', async (_, { lib, types }) => {
    await symlink(join(root, 'node_modules/@types'), join(folder, 'node_modules/@types')).catch(
      () => undefined,
    )
    await writeFile(join(folder, 'typed.ts'), typed)
    const compilerOptions = {
      ...{ strict: true, exactOptionalPropertyTypes: true, noEmit: true, skipLibCheck: false },
      ...{ module: 'nodenext', target: 'es2022', lib, types },
    }
    await writeFile(join(folder, 'package.json'), '{"type":"module"}')
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['typed.ts'] }))
    const { stdout } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], { encoding: 'utf8' })
    expect(stdout).toBe('')
  })
})
