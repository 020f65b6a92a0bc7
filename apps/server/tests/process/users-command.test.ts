/** @module-tag long */

import { hash as argon2Hash } from '@node-rs/argon2'
import { hash as bcryptHash } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password } from '../support/password.ts'
import {
  atTerminal,
  endLeftovers,
  freshFolder,
  hasScript,
  proxima,
  startProxima,
} from '../support/process.ts'
import { codeSentTo } from '../support/sent-codes.ts'
import type { TestClient } from '../support/test-client.ts'
import { openDatabase } from '../support/test-database.ts'

let folder: Awaited<ReturnType<typeof freshFolder>>
let settings: Record<string, string>
/** Of a server that runs on the same file all the while. */
let client: TestClient

beforeAll(async () => {
  folder = await freshFolder()
  settings = { PROXIMA_DATA_DIR: folder.path, PROXIMA_DEFAULT_REGION: 'KE' }
  client = (await startProxima(settings)).client
})
afterAll(async () => {
  await endLeftovers()
  await folder.remove()
})

/** Runs a verb with --json; `failure` is what stands on standard error, `result` on standard output. */
async function users(args: readonly string[], input?: string) {
  const { exitCode, stdout, stderr } = await proxima(['users', ...args, '--json'], {
    settings,
    ...(input !== undefined && { input }),
  })
  // biome-ignore lint/suspicious/noExplicitAny: what it finds is what a test asserts
  const read = (text: string): any => JSON.parse(text === '' ? 'null' : text) // oxlint-disable-line typescript/no-explicit-any, typescript/no-unsafe-return
  return { exitCode, result: read(stdout), failure: read(stderr) }
}

describe('proxima users create', () => {
  it('reads a password from standard input, without its line end', async () => {
    const { exitCode, result } = await users(
      ['create', '--username', 'amina', '--full-name', 'Amina O'],
      `${password}\n`,
    )
    expect(exitCode).toBe(0)
    expect(result).toMatchObject({
      username: 'amina',
      full_name: 'Amina O',
      roles: ['user'],
      status: 'active',
    })
    expect(result).not.toHaveProperty('user_secret')
    expect((await client.login({ username: 'amina', password })).status).toBe(200)
  })

  it('gives a reserved username to an account, which no one can register', async () => {
    expect((await client.register({ username: 'helpdesk' })).body.errors).toMatchObject([
      { code: 'username_reserved' },
    ])
    const { exitCode, result } = await users(['create', '--username', 'helpdesk'], '')
    expect([exitCode, result.username]).toEqual([0, 'helpdesk'])
    expect((await users(['show', 'ＨＥＬＰＤＥＳＫ'])).result.id).toBe(result.id)
  })

  it('shows an account by an identifier that today could not be registered', async () => {
    const { result } = await users(['create', '--phone-number', '+2290197123456'], '')
    const database = openDatabase(`sqlite:${folder.path}/proxima.sqlite`)
    const former = { phone_number: '+22997123456', email: 'x@intranet', email_canonical: 'x@intranet' }
    await database.updateTable('accounts').set(former).where('id', '=', result.id).execute()
    await database.destroy()
    for (const identifier of ['+22997123456', '+229 97-12-34-56', 'X@Intranet']) {
      const shown = await users(['show', identifier])
      expect([shown.exitCode, shown.result?.id], identifier).toEqual([0, result.id])
    }
  })

  it('makes a secret without a password, shows it once, and the secret signs in', async () => {
    const { result } = await users(
      ['create', '--email', 'brian@example.com', '--phone-number', '0712345678'],
      '',
    )
    expect(result).toMatchObject({ email: 'brian@example.com', phone_number: '+254712345678' })
    expect(result.user_secret).toMatch(/^pxu_/)
    expect(JSON.stringify((await users(['show', 'brian@example.com'])).result)).not.toContain('pxu_')
    expect((await client.post('/v1/auth/token', { user_secret: result.user_secret })).status).toBe(200)
  })

  it('refuses the same input as the API, with its code, and exits with 1', async () => {
    const taken = await users(['create', '--username', 'AMINA'], '')
    expect([taken.exitCode, taken.result, taken.failure.code]).toEqual([1, null, 'username_taken'])
    const invalid = await users(['create', '--username', 'c!', '--email', 'nonsense'], '')
    expect([invalid.exitCode, invalid.failure.code]).toEqual([1, 'validation_failed'])
    expect(invalid.failure.errors).toMatchObject([{ pointer: '/username' }, { pointer: '/email' }])
    const weak = await users(['create', '--username', 'daniel'], 'abc')
    expect([weak.exitCode, weak.failure.code]).toEqual([1, 'password_too_weak'])
    expect((await users(['show', 'daniel'])).exitCode).toBe(3)
  })

  it('lists each correction on its own line', async () => {
    const args = ['users', 'create', '--username', 'c!', '--phone-number', 'x']
    const { exitCode, stderr } = await proxima(args, { settings, input: '' })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^username: .+\nphone-number: .+\n$/)
    const nobody = await proxima(['users', 'create'], { settings, input: '' })
    expect(nobody.stderr).toMatch(/^Give at least one of username, email and phone_number\.\n$/)
  })

  it('accepts no password as an argument, because every user of the machine could read it', async () => {
    const options = ['--username', 'erin', '--password', password]
    expect((await users(['create', ...options], '')).exitCode).toBe(2)
    expect((await users(['show', 'erin'])).exitCode).toBe(3)
  })

  it('works if registration is closed', async () => {
    const closed = { ...settings, PROXIMA_REGISTRATION: 'closed' }
    const { exitCode } = await proxima(['users', 'create', '--username', 'fatima'], {
      settings: closed,
      input: '',
    })
    expect(exitCode).toBe(0)
    expect((await users(['show', 'fatima'])).result).toMatchObject({ username: 'fatima', status: 'active' })
  })
})

describe('proxima users create --password-hash', () => {
  const import_ = (username: string, hash: string) =>
    users(['create', '--username', username, '--password-hash'], hash)

  it('A46: reads a bcrypt or argon2id hash from standard input, and its password signs in', async () => {
    const hashes = {
      lulu: await bcryptHash(password, 4),
      moses: await argon2Hash(password, { outputLen: 32 }),
    }
    for (const [username, hash] of Object.entries(hashes)) {
      const { exitCode, result } = await import_(username, `${hash}\n`)
      expect([exitCode, result]).toMatchObject([0, { username, roles: ['user'] }])
      expect(result).not.toHaveProperty('user_secret')
      expect((await client.login({ username, password: hash })).status).toBe(401)
      expect((await client.login({ username, password })).status).toBe(200)
    }
  })

  it('A46: refuses a hash that costs too much, and a text that is no hash, and creates no account', async () => {
    const dear = (await bcryptHash(password, 4)).replace('$04$', '$31$')
    for (const hash of [dear, password]) {
      const { exitCode, failure } = await import_('njeri', hash)
      expect([exitCode, failure.errors]).toMatchObject([1, [{ pointer: '/password_hash' }]])
      expect(failure.detail).not.toContain(password)
    }
    expect((await users(['show', 'njeri'])).exitCode).toBe(3)
  })

  it('A46: does not accept it as an argument, because every user of the machine could read it', async () => {
    const hash = await bcryptHash(password, 4)
    const given = await users(['create', '--username', 'otieno', '--password-hash', hash], '')
    expect(given.exitCode).toBe(2)
    expect((await users(['show', 'otieno'])).exitCode).toBe(3)
  })

  it('A46: does not exist over HTTP', async () => {
    const hash = await bcryptHash(password, 4)
    for (const field of ['password_hash', 'passwordHash', 'hash'])
      expect((await client.register({ username: 'pendo', [field]: hash })).status).toBe(422)
  })
})

describe('proxima users, while a server uses the same file', () => {
  it('suspends at once: the server refuses a token that it has just accepted', async () => {
    const { user, token } = await client.signUp('grace', password)
    expect((await client.me(token)).status).toBe(200)
    const suspended = await users(['suspend', 'grace'])
    expect([suspended.exitCode, suspended.result]).toMatchObject([0, { id: user.id, status: 'suspended' }])
    expect((await client.me(token)).body.code).toBe('invalid_token')
    expect((await client.login({ username: 'grace', password })).status).toBe(401)

    expect((await users(['activate', user.id])).result).toMatchObject({ status: 'active' })
    expect((await client.me(token)).status).toBe(401)
    expect((await client.login({ username: 'grace', password })).status).toBe(200)
  })

  it('shows, lists and deletes by id, username, email and phone number', async () => {
    const { user, token } = await client.signUp('henry', password)
    expect((await users(['show', user.id])).result).toEqual((await users(['show', 'henry'])).result)
    expect((await users(['show', '0712 345 678'])).result).toMatchObject({ email: 'brian@example.com' })

    const all = (await users(['list'])).result as { id: string; username: string | null }[]
    expect(all.map(({ id }) => id)).toEqual(all.map(({ id }) => id).toSorted())
    expect(all.at(-1)).toMatchObject({ id: user.id, username: 'henry' })
    const [second] = (await users(['list', '--limit', '1', '--after', all[0]?.id ?? ''])).result
    expect(second).toEqual(all[1])

    const deleted = await users(['delete', 'henry', '--yes'])
    const receipt = expect.stringMatching(/^pxd_[\w-]{43}$/)
    expect([deleted.exitCode, deleted.result]).toEqual([0, { id: user.id, deleted: true, receipt }])
    const found = await users(['receipt', deleted.result.receipt])
    expect([found.exitCode, found.result]).toMatchObject([0, { status: 'erased', restorable_until: null }])
    expect((await users(['receipt', `pxd_${'A'.repeat(43)}`])).exitCode).toBe(3)
    expect((await client.me(token)).status).toBe(401)
  })

  it('exits with 3 if there is no such account', async () => {
    const nobody = ['nobody-here', '01a1fc2e-e870-7baf-a188-eb7e07efe5d7', 'nobody-here', 'nobody-here']
    const verbs = [['show'], ['suspend'], ['activate'], ['delete'], ['new-secret'], ['roles', 'list']]
    const outcomes = await Promise.all([
      ...verbs.map((verb, index) => users([...verb, nobody[index % nobody.length] ?? ''])),
      users(['set-password', 'nobody-here'], password),
      users(['roles', 'add', 'nobody-here', 'support']),
      users(['roles', 'remove', 'nobody-here', 'support']),
    ])
    for (const { exitCode, result, failure } of outcomes)
      expect([exitCode, result, failure.code]).toEqual([3, null, 'not_found'])
  })
})

describe.skipIf(!hasScript)('at a terminal (needs script of util-linux)', () => {
  it('asks for the password and does not show it', async () => {
    const created = atTerminal(['users', 'create', '--username', 'irene'], settings)
    await created.printed(/Password/)
    created.type(`${password}\r`)
    const { exitCode, stdout } = await created.ended
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/username +irene/)
    expect(stdout).not.toContain('horse')
    expect(stdout).not.toContain('pxu_')
    expect((await client.login({ username: 'irene', password })).status).toBe(200)
  })

  it('creates no account on Ctrl-C and Ctrl-D', async () => {
    for (const key of ['\x03', '\x04']) {
      const created = atTerminal(['users', 'create', '--username', 'jomo'], settings)
      await created.printed(/Password/)
      created.type(key)
      const { exitCode, stdout } = await created.ended
      expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/Nothing was changed\.\s+$/)])
      expect(stdout).not.toMatch(/ {4}at /)
    }
    expect((await users(['show', 'jomo'])).exitCode).toBe(3)
  })

  it('deletes only after a confirmation', async () => {
    await users(['create', '--username', 'keller'], '')
    const answer = async (keys: string) => {
      const deleted = atTerminal(['users', 'delete', 'keller'], settings)
      await deleted.printed(/Erase keller permanently\? \[y\/N\]/)
      deleted.type(keys)
      return await deleted.ended
    }
    for (const keys of ['n\r', '\r', '\x03'])
      expect(await answer(keys)).toMatchObject({
        exitCode: 1,
        stdout: expect.stringContaining('Nothing was changed.'),
      })
    expect((await users(['show', 'keller'])).exitCode).toBe(0)
    expect((await answer('y\r')).exitCode).toBe(0)
    expect((await users(['show', 'keller'])).exitCode).toBe(3)
  })
})

describe('proxima users recover', () => {
  it('sends a code to the owner, and shows it to no one else', async () => {
    const email = 'forgetful@example.com'
    const { body } = await client.register({ email, password })
    const { exitCode, result } = await users(['recover', email])
    expect(exitCode).toBe(0)
    expect(result).toEqual({ id: body.id, sent_to: 'email' })
    const code = await codeSentTo(client, email)
    const verified = await client.post('/v1/auth/recovery/verify', { identifier: email, code })
    expect(verified.status).toBe(200)
    expect((await client.login({ email, password })).status).toBe(200)
    await client.register({ username: 'contactless', password })
    const { stdout } = await proxima(['users', 'recover', 'contactless'], { settings })
    expect(stdout).toMatch(/^nothing was sent/)
  })
})
