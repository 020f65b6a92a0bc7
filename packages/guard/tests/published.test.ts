/** @module-tag long */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ProximaProcess } from '../../../apps/server/tests/support/process.ts'
import { type Accounts, endSession, startAccounts } from './support/accounts.ts'
import { ask } from './support/ask.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** The oldest Node for which the guard is made, if this machine has it. */
const node20 = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((path) => spawnSync(path, ['--version']).stdout?.toString().startsWith('v20.'))

const service = `
import { createServer } from 'node:http'
import { guard } from '@proxima/guard/node'
const accounts = guard(JSON.parse(process.argv[2]))
const check = accounts.requireUser()
const server = createServer((request, response) =>
  check(request, response, () => response.end(accounts.currentUser(request).id)))
server.listen(0, '127.0.0.1', () => console.log('listens on ' + server.address().port))
process.on('SIGTERM', async () => {
  server.close()
  server.closeAllConnections()
  await accounts.close()
})
`

let folder: string
let files: readonly string[]
let accounts: Accounts
beforeAll(async () => {
  accounts = await startAccounts()
  folder = mkdtempSync(join(tmpdir(), 'proxima-guard-'))
  const pack = ['pack', '--json', '--workspace', 'packages/guard', '--pack-destination', folder]
  const printed = execFileSync('npm', pack, { cwd: root, encoding: 'utf8', stdio: 'pipe' })
  const [packed] = JSON.parse(printed) as { filename: string; files: { path: string }[] }[]
  files = packed?.files.map(({ path }) => path) ?? []
  execFileSync('tar', ['-xzf', packed?.filename ?? '', '-C', folder], { cwd: folder })
  mkdirSync(join(folder, 'node_modules/@proxima'), { recursive: true })
  renameSync(join(folder, 'package'), join(folder, 'node_modules/@proxima/guard'))
  symlinkSync(join(root, 'node_modules/jose'), join(folder, 'node_modules/jose'))
  writeFileSync(join(folder, 'service.mjs'), service)
})
afterAll(async () => {
  await accounts?.issuer.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('the package as it is published', () => {
  it('has the code and the types of each framework, and nothing else but its description', () => {
    const sources = readdirSync(join(root, 'packages/guard/src'), { recursive: true, encoding: 'utf8' })
    const modules = sources
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .map((path) => path.replace(/\.ts$/, ''))
    const built = modules.flatMap((path) => [`dist/${path}.js`, `dist/${path}.d.ts`])
    expect([...files].sort()).toEqual(['LICENSE', 'README.md', 'package.json', ...built].sort())
  })

  it.skipIf(node20 === undefined)('protects a service on Node 20 (needs Node 20 in PATH)', async () => {
    const { logger: _, ...options } = accounts.options
    const running = new ProximaProcess(node20 ?? '', [join(folder, 'service.mjs'), JSON.stringify(options)])
    const [, port = ''] = await running.printed(/listens on (\d+)/)
    const { accountId } = accounts.maker.person()
    const authorization = `Bearer ${accounts.maker.token({})}`
    const call = async () => await ask(`http://127.0.0.1:${port}`, { path: '/', authorization })
    for (const _time of ['first', 'second'])
      expect(await call()).toMatchObject({ status: 200, text: accountId })
    endSession(accounts)
    await expect.poll(async () => (await call()).status, { timeout: 60_000 }).toBe(401)
    // The guard keeps no connection and no timer after it is closed, or the process would not end.
    expect(await running.stop()).toMatchObject({ exitCode: 0, stderr: '' })
  })
})
