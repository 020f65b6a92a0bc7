/** @module-tag long */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password } from '../support/password.ts'
import { endLeftovers, freshFolder, proxima, startProxima } from '../support/process.ts'
import type { TestClient } from '../support/test-client.ts'

const sourceFolder = fileURLToPath(new URL('../../src/cli', import.meta.url))

let folder: Awaited<ReturnType<typeof freshFolder>>
let settings: Record<string, string>
/** Of a server that runs on the same file all the while. */
let client: TestClient

beforeAll(async () => {
  folder = await freshFolder()
  settings = { PROXIMA_DATA_DIR: folder.path, PROXIMA_DEFAULT_REGION: 'KE' }
  client = (await startProxima(settings)).client
  await client.signUp('amina', password)
})
afterAll(async () => {
  await endLeftovers()
  await folder.remove()
})

/** Runs a verb with --json; `failure` is what stands on standard error, `result` on standard output. */
async function users(args: readonly string[], input?: string, more: Record<string, string> = {}) {
  const { exitCode, stdout, stderr } = await proxima(['users', ...args, '--json'], {
    settings: { ...settings, ...more },
    ...(input !== undefined && { input }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: what it finds is what a test asserts
  const read = (text: string): any => JSON.parse(text === '' ? 'null' : text) // oxlint-disable-line typescript/no-explicit-any, typescript/no-unsafe-return
  return { exitCode, result: read(stdout), failure: read(stderr) }
}

describe('input that is not UTF-8 text', () => {
  const latin1 = Buffer.from('caf\xe9 with seven buses', 'latin1')
  const commands: readonly (readonly string[])[] = [
    ['users', 'create', '--username', 'latin'],
    ['users', 'create', '--username', 'latin', '--password-hash'],
    ['users', 'set-password', 'amina'],
    ['db', 'copy', '--to', '-'],
  ]
  it.each(commands.map((command) => [command.join(' '), command] as const))(
    'is refused by proxima %s',
    async (_, command) => {
      const { exitCode, stderr } = await proxima([...command, '--json'], { settings, input: latin1 })
      expect([exitCode, JSON.parse(stderr).code]).toEqual([1, 'not_utf8'])
      expect((await users(['show', 'latin'])).exitCode).toBe(3)
    },
  )

  it('is the only way in which the command line reads standard input', async () => {
    const sources = readdirSync(sourceFolder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => path.endsWith('.ts') && !path.endsWith('.test.ts'),
    )
    const readers = sources.filter((path) => {
      const source = readFileSync(join(sourceFolder, path), 'utf8')
      return /(?:text|buffer|json)\(process\.stdin\)|process\.stdin\.(?:on|read|set)|of process\.stdin/.test(
        source,
      )
    })
    expect(readers).toEqual(['read-input.ts'])
  })

  it('includes a password of several lines, which no one can type', async () => {
    const { exitCode, failure } = await users(['create', '--username', 'lines'], 'one seven\ntwo buses\n')
    expect([exitCode, failure.code]).toEqual([1, 'several_lines'])
    expect((await users(['show', 'lines'])).exitCode).toBe(3)
  })
})

describe('for an owner who has lost their credentials', () => {
  const next = 'nine quiet rivers bend slowly'

  it.each(['active', 'suspended'])('sets the password of an account that is %s', async (status) => {
    const name = `lost-${status}`
    const { user, token } = await client.signUp(name, password)
    if (status === 'suspended') await users(['suspend', name])
    const set = await users(['set-password', name], `${next}\n`)
    expect([set.exitCode, set.result]).toEqual([0, { id: user.id, password_set: true }])
    expect((await client.me(token)).status).toBe(401)
    if (status === 'suspended') {
      expect((await users(['show', name])).result.status).toBe('suspended')
      expect((await client.login({ username: name, password: next })).status).toBe(401)
      await users(['activate', name])
    }
    expect((await client.login({ username: name, password })).status).toBe(401)
    expect((await client.login({ username: name, password: next })).status).toBe(200)
  })

  it('applies the rules for passwords, and changes nothing without a password', async () => {
    const weak = await users(['set-password', 'amina'], 'abc')
    expect([weak.exitCode, weak.failure.code]).toEqual([1, 'password_too_weak'])
    const none = await users(['set-password', 'amina'], '')
    expect([none.exitCode, none.failure.code]).toEqual([1, 'password_missing'])
    expect((await client.login({ username: 'amina', password })).status).toBe(200)
  })

  it('creates a new user secret', async () => {
    const { body } = await client.register({ username: 'lost-secret' })
    const { exitCode, result } = await users(['new-secret', 'lost-secret'])
    expect([exitCode, result]).toEqual([0, { id: body.id, user_secret: expect.stringMatching(/^pxu_/) }])
    expect((await client.post('/v1/auth/token', { user_secret: body.user_secret })).status).toBe(401)
    expect((await client.post('/v1/auth/token', { user_secret: result.user_secret })).status).toBe(200)
  })

  it.each([
    { address: { email: 'lost@example.org' }, channel: 'mail' },
    { address: { phone_number: '+254712345601' }, channel: 'sms' },
  ])('notifies the owner by $channel, also without a public URL', async ({ address, channel }) => {
    const username = `with-${channel}`
    await client.register({ username, password, ...address })
    const port = { PROXIMA_PORT: '4999' }
    expect(await users(['set-password', username], `${next}\n`, port)).toMatchObject({ exitCode: 0 })
    expect(await users(['new-secret', username], '', port)).toMatchObject({ exitCode: 0 })
    const { body } = await client.get('/outbox', { headers: { accept: 'application/json' } })
    const [, reset] = body.data
    expect(reset).toMatchObject({ channel, template: 'password_reset', state: 'waiting' })
    if (channel === 'mail') expect(reset.text).toContain('\nhttp://127.0.0.1:4999\n')
  })

  it('gives and takes roles, which the next token contains', async () => {
    const { token } = await client.signUp('with-roles', password)
    expect((await proxima(['roles', 'create', 'support'], { settings })).exitCode).toBe(0)
    expect((await users(['roles', 'add', 'with-roles', 'support'])).result.roles).toEqual(['support', 'user'])
    expect((await client.me(token)).body.roles).toEqual(['support', 'user'])
    const login = await client.login({ username: 'with-roles', password })
    expect(decodeJwt(String(login.body.access_token))['roles']).toEqual(['support', 'user'])
    expect((await users(['roles', 'remove', 'with-roles', 'support'])).result.roles).toEqual(['user'])
    expect((await users(['roles', 'list', 'with-roles'])).result.roles).toEqual(['user'])
    expect((await client.me(token)).body.roles).toEqual(['user'])
    const bad = await users(['roles', 'add', 'with-roles', 'Support Staff'])
    expect([bad.exitCode, bad.failure.code]).toEqual([1, 'validation_failed'])
  })
})

describe('without a terminal', () => {
  it.each([
    ['users', 'delete', 'amina'],
    ['migrate', 'down'],
    ['restore', 'x'],
    ['keys', 'retire', 'x'],
  ])('proxima %s %s asks for --yes and changes nothing', async (...command) => {
    const { exitCode, stderr } = await proxima([...command, '--json'], { settings })
    expect([exitCode, JSON.parse(stderr).code]).toEqual([1, 'confirmation_needed'])
    expect((await users(['show', 'amina'])).exitCode).toBe(0)
  })
})
