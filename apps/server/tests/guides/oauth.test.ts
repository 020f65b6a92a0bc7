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
  let client: OAuthClient
  beforeAll(async () => {
    server = await startTestServer(sqlite, { env: { PROXIMA_PASSWORD_CLIENTS: 'proxima' } })
    services = openServices(server)
    const { token } = await newAdministrator(server.client, services)
    client = await newClient(server.client, token, {
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

  /** Runs a block in a shell that knows the functions of the guide, and returns what it prints. */
  async function run(block: string): Promise<string> {
    const lines = guideBlock('oauth.md#creating-a-client sh 2').split('\n')
    const functions = lines.filter((line) => line.startsWith('field()')).join('\n')
    const script = `${functions}\n${guideBlock(block)}`
    const shell = new ProximaProcess('sh', ['-eu', '-c', script], { accounts: server.url })
    const { exitCode, stdout, stderr } = await shell.ended
    expect(exitCode, stdout + stderr).toBe(0)
    return stdout
  }

  describe.skipIf(!hasCurl)('with curl (needs curl)', () => {
    it('signs a person in by the old form, and the token opens GET /v1/me', async () => {
      const me = await run('oauth.md#old-programs-that-ask-for-a-password sh 2')
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
