import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { clientSecretPrefix } from '../../src/features/authorization/clients/service.ts'
import { checksummedSecret } from '../../src/platform/crypto/checksummed-secret.ts'
import { sqlite } from '../support/engines.ts'
import { guideBlock, repository } from '../support/guide-blocks.ts'
import { newClient, type OAuthClient, tokenOf } from '../support/oauth.ts'
import { newPerson } from '../support/people.ts'
import { hasCurl, ProximaProcess } from '../support/process.ts'
import { newAdministrator } from '../support/roles.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const python = '/usr/bin/python3'
const hasPython = spawnSync(python, ['-c', 'import requests_oauthlib']).status === 0

describe('the guide to OAuth', () => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  let client: OAuthClient
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { PROXIMA_PASSWORD_CLIENTS: 'proxima' } })
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
    client = await newClient(server.client, admin, {
      roles: ['admin'],
      scope: 'clients:read tokens:introspect',
    })
    const credentials = { username: 'amina', password: 'seven green buses sing' }
    await server.client.register(credentials)
  })
  afterEach(() => vi.unstubAllEnvs())
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  /** Runs a block in a shell, and returns what it prints. */
  async function run(block: string, variables: Readonly<Record<string, string>>): Promise<string> {
    const own = { accounts: server.url, client_id: client.id, client_secret: client.secret, ...variables }
    const shell = new ProximaProcess('sh', ['-eu', '-c', guideBlock(block)], own)
    const { exitCode, stdout, stderr } = await shell.ended
    expect(exitCode, stdout + stderr).toBe(0)
    return stdout
  }

  describe.skipIf(!hasCurl)('with curl (needs curl)', () => {
    it('creates a client', async () => {
      const made = JSON.parse(await run('oauth.md#creating-a-client sh 2', { token: admin }))
      expect(made).toMatchObject({ scope: 'users:read', client_secret: expect.stringMatching(/^pxc_/) })
    })

    it('gets a token, asks about it, and revokes it', async () => {
      const other = await newClient(server.client, admin, { roles: ['admin'], scope: 'users:read' })
      const own = { client_id: other.id, client_secret: other.secret }
      const { access_token: token, scope } = JSON.parse(await run('oauth.md#getting-a-token sh', own))
      expect(scope).toBe('users:read')
      const ask = async (): Promise<unknown> =>
        JSON.parse(await run('oauth.md#checking-a-token-in-your-service sh', { token }))
      expect(await ask()).toMatchObject({ active: true, client_id: other.id })
      expect(await run('oauth.md#revoking-a-token sh', { ...own, token })).toBe('{}')
      expect(await ask()).toEqual({ active: false })
    })

    it('signs a person in by the old form, and the token opens GET /v1/me', async () => {
      const signedIn = await run('oauth.md#old-programs-that-ask-for-a-password sh 2', {})
      const { access_token } = JSON.parse(signedIn)
      const me = await run('oauth.md#old-programs-that-ask-for-a-password sh 3', { access_token })
      expect(JSON.parse(me).username).toBe('amina')
    })
  })

  it('the program for Node gets a token', async () => {
    vi.stubEnv('ACCOUNTS_URL', server.url)
    vi.stubEnv('CLIENT_ID', client.id)
    vi.stubEnv('CLIENT_SECRET', client.secret)
    const folder = mkdtempSync(join(tmpdir(), 'proxima-guide-'))
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'))
    const path = join(folder, 'program.mjs')
    writeFileSync(path, guideBlock('oauth.md#getting-a-token js'))
    try {
      const { newToken } = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
        newToken: () => Promise<string>
      }
      const { status } = await server.client.get('/v1/clients', { token: await newToken() })
      expect(status).toBe(200)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.skipIf(!hasPython)('the program for Python gets a token (needs python3-requests-oauthlib)', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'proxima-guide-'))
    const path = join(folder, 'program.py')
    writeFileSync(path, guideBlock('oauth.md#getting-a-token python'))
    const environment = {
      ACCOUNTS_URL: server.url,
      CLIENT_ID: client.id,
      CLIENT_SECRET: client.secret,
      OAUTHLIB_INSECURE_TRANSPORT: '1',
    }
    const { exitCode, stdout, stderr } = await new ProximaProcess(python, [path], environment).ended
    rmSync(folder, { recursive: true })
    expect([exitCode, stdout.trim()], stderr).toEqual([0, '200'])
  })

  it('the expression finds every secret', () => {
    const expression = new RegExp(`^${guideBlock('oauth.md#replacing-a-secret text').trim()}$`)
    expect(checksummedSecret(clientSecretPrefix)).toMatch(expression)
  })

  it('a person is no client: a token of one has no client id', async () => {
    const person = await newPerson(server.client)
    const text = Buffer.from(person.token.split('.')[1] ?? '', 'base64url').toString()
    expect(JSON.parse(text).client_id).toBe('proxima')
    expect(await tokenOf(server.client, client)).not.toBe('')
  })
})
