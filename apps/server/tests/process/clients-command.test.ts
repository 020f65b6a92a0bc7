/** @module-tag long */

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../src/platform/kernel/ids.ts'
import { basic, type ClientBody, newSigningKey, postForm } from '../support/oauth.ts'
import { endLeftovers, freshFolder, proxima, startProxima } from '../support/process.ts'
import type { TestClient } from '../support/test-client.ts'

let folder: Awaited<ReturnType<typeof freshFolder>>
let settings: Record<string, string>
let client: TestClient

beforeAll(async () => {
  folder = await freshFolder()
  settings = { PROXIMA_DATA_DIR: folder.path }
  client = (await startProxima(settings)).client
})
afterAll(async () => {
  await endLeftovers()
  await folder.remove()
})

async function clients(...args: readonly string[]) {
  const { exitCode, stdout, stderr } = await proxima(['clients', ...args, '--json'], { settings })
  const read = (text: string): unknown => JSON.parse(text === '' ? 'null' : text)
  return {
    exitCode,
    result: read(stdout) as ClientBody,
    failure: read(stderr) as { code: string; detail: string },
  }
}

async function tokenStatus(id: string, secret: string): Promise<number> {
  const form = { grant_type: 'client_credentials' }
  return (await postForm(client, '/oauth/token', form, { authorization: basic({ id, secret }) })).status
}

describe('proxima clients', () => {
  it('creates a client whose secret works at once, lists it, and deletes it', async () => {
    const made = await clients('create', '--name', 'Reports', '--role', 'admin', '--scope', 'users:read')
    expect(made.exitCode).toBe(0)
    const { client_id: id, client_secret: secret } = made.result
    expect(made.result).toMatchObject({ client_name: 'Reports', scope: 'users:read' })
    expect(await tokenStatus(id, secret)).toBe(200)
    const listed = await clients('list')
    expect(listed.result).toMatchObject([{ id }])
    expect(JSON.stringify(listed.result)).not.toContain(secret)
    expect(await clients('delete', id, '--yes')).toMatchObject({ exitCode: 0, result: { id, deleted: true } })
    expect(await tokenStatus(id, secret)).toBe(401)
    expect((await clients('list')).result).toEqual([])
  })

  it.each([[['users:read', 'roles:read']], [['users:read roles:read']]])(
    'takes the permissions of a scope as %j',
    async (scope) => {
      const made = await clients('create', '--name', 'Scopes', '--scope', ...scope, '--role', 'admin')
      expect(made.result.scope.split(' ').toSorted()).toEqual(['roles:read', 'users:read'])
      await clients('delete', made.result.client_id, '--yes')
    },
  )

  it('creates a client that signs, with the keys of a file', async () => {
    const path = join(folder.path, 'jwks.json')
    const { jwk } = newSigningKey('ES256')
    writeFileSync(path, JSON.stringify({ keys: [jwk] }))
    const made = await clients('create', '--name', 'S', '--auth-method', 'private_key_jwt', '--jwks', path)
    expect(made.result).toMatchObject({ client_secret: null, jwks: { keys: [jwk] } })
    writeFileSync(path, 'x')
    const other = await clients('create', '--name', 'S', '--auth-method', 'private_key_jwt', '--jwks', path)
    expect(other.exitCode).not.toBe(0)
  })

  it('registers an application, shows it, and replaces its secret without an interruption', async () => {
    const made = await clients(
      ...['create', '--name', 'Wiki', '--redirect-uri', 'https://wiki.example.org/callback'],
      ...['--grant', 'authorization_code', 'refresh_token', '--first-party', '--subject-type', 'pairwise'],
    )
    expect(made.result).toMatchObject({
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['https://wiki.example.org/callback'],
      scope: 'openid profile email offline_access',
      is_first_party: true,
      subject_type: 'pairwise',
      service_account_id: null,
    })
    const { client_id: id, client_secret: secret } = made.result
    const added = await clients('rotate-secret', id)
    expect([added.exitCode, added.result.client_secret === secret]).toEqual([0, false])
    const both = await clients('show', id)
    expect([both.result.client_id, both.result.secrets.length]).toEqual([id, 2])
    expect((await clients('rotate-secret', id)).failure.code).toBe('too_many_secrets')
    const { result } = await clients('rotate-secret', id, '--finish')
    expect(result).toEqual({ deleted: [both.result.secrets[0]?.id] })
    expect((await clients('show', id)).result.secrets).toEqual([both.result.secrets[1]])
    const table = await proxima(['clients', 'show', id], { settings })
    expect(table.stdout).toMatch(/^redirect_uris +https:\/\/wiki\.example\.org\/callback$/m)
    await clients('delete', id, '--yes')
  })

  it('prints a table for people', async () => {
    const { stdout } = await proxima(['clients', 'create', '--name', 'For people'], { settings })
    expect(stdout).toMatch(/^client_secret +pxc_[0-9A-Za-z]{36}$/m)
    expect((await proxima(['clients', 'list'], { settings })).stdout).toContain('For people')
  })

  it('says what is wrong', async () => {
    const missing = await clients('delete', newId(), '--yes')
    expect([missing.exitCode, missing.failure.code]).toEqual([3, 'not_found'])
    expect(missing.failure.detail).toMatch(/id, name or code.*"list"/)
    expect(missing.failure.detail).not.toContain('address')
    expect((await clients('create')).exitCode).toBe(2)
    expect((await clients('delete', 'x', '--yes')).exitCode).toBe(2)
    const unknown = await clients('create', '--name', 'X', '--role', 'no-such-role')
    expect([unknown.exitCode, unknown.failure.code]).toEqual([1, 'validation_failed'])
  })
})
