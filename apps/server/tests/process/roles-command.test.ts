import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password } from '../support/password.ts'
import { freshFolder, proxima } from '../support/process.ts'

describe('roles at the command line', () => {
  let folder: Awaited<ReturnType<typeof freshFolder>>
  beforeAll(async () => {
    folder = await freshFolder()
    expect((await run(['migrate', 'up'])).exitCode).toBe(0)
  })
  afterAll(async () => await folder?.remove())

  async function run(args: readonly string[], input?: string) {
    const { exitCode, stdout, stderr } = await proxima([...args, '--json'], {
      settings: { PROXIMA_DATA_DIR: folder.path },
      ...(input !== undefined && { input }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: what it finds is what a test asserts
    const read = (text: string): any => JSON.parse(text === '' ? 'null' : text) // oxlint-disable-line typescript/no-explicit-any, typescript/no-unsafe-return
    return { exitCode, result: read(stdout), failure: read(stderr) }
  }

  it('are created, changed, listed and deleted', async () => {
    const fields = [
      '--description',
      'Answers questions',
      '--permission',
      'users:read',
      '--permission',
      'app:use',
    ]
    const created = await run(['roles', 'create', 'support', ...fields])
    expect(created.result).toMatchObject({
      name: 'support',
      description: 'Answers questions',
      permissions: ['app:use', 'users:read'],
    })
    const changed = await run(['roles', 'change', 'support', '--permission', 'audit:read'])
    expect(changed.result).toMatchObject({ description: 'Answers questions', permissions: ['audit:read'] })
    const names = async () =>
      ((await run(['roles', 'list'])).result as readonly { readonly name: string }[]).map(({ name }) => name)
    expect(await names()).toEqual(['admin', 'support', 'user'])
    expect((await run(['roles', 'delete', 'support', '--yes'])).result).toEqual({
      name: 'support',
      deleted: true,
    })
    expect(await names()).toEqual(['admin', 'user'])
  })

  it('are given to an account for a program when it is created', async () => {
    const created = await run(['users', 'create', '--service', 'Nightly report', '--role', 'admin'])
    expect(created.result).toMatchObject({ roles: ['admin'] })
    const refused = await run(['users', 'create', '--service', 'Typo', '--role', 'no-such-role'])
    expect([refused.exitCode, refused.failure.code]).toEqual([1, 'validation_failed'])
    const listed = await run(['users', 'list', '--service'])
    expect(JSON.stringify(listed.result)).not.toContain('Typo')
  })

  it('are refused with a reason', async () => {
    const refusals = [
      ['roles', 'create', 'Support Staff'],
      ['roles', 'create', 'admin'],
      ['roles', 'create', 'typo', '--permission', 'users:reed'],
      ['roles', 'change', 'admin', '--description', 'x'],
      ['roles', 'delete', 'user', '--yes'],
      ['roles', 'delete', 'no-such-role', '--yes'],
      ['users', 'create', '--username', 'grace', '--role', 'no-such-role'],
    ]
    const outcomes = await Promise.all(refusals.map((args) => run(args, '')))
    expect(outcomes.map(({ exitCode, failure }) => [exitCode, String(failure.code)])).toEqual([
      [1, 'validation_failed'],
      [1, 'role_taken'],
      [1, 'validation_failed'],
      [1, 'forbidden'],
      [1, 'forbidden'],
      [3, 'not_found'],
      [1, 'validation_failed'],
    ])
    expect((await run(['users', 'show', 'grace'])).exitCode).toBe(3)
  })

  it('A13: make the first administrator, who stays', async () => {
    const created = await run(['users', 'create', '--username', 'amina', '--role', 'admin'], password)
    expect(created.result.roles).toEqual(['admin', 'user'])
    const removals = [
      ['users', 'suspend', 'amina'],
      ['users', 'delete', 'amina', '--yes'],
      ['users', 'roles', 'remove', 'amina', 'admin'],
    ]
    for (const removal of removals) {
      const { exitCode, failure } = await run(removal)
      expect([exitCode, failure.code], removal.join(' ')).toEqual([1, 'last_administrator'])
    }
    expect((await run(['users', 'show', 'amina'])).result).toMatchObject({
      status: 'active',
      roles: ['admin', 'user'],
    })
    await run(['users', 'create', '--username', 'baraka', '--role', 'admin'], password)
    expect((await run(['users', 'suspend', 'amina'])).exitCode).toBe(0)
  })
})
