import { spawnSync } from 'node:child_process'
import * as oauth from 'oauth4webapi'
import { ClientCredentials, ResourceOwnerPassword } from 'simple-oauth2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { newClient, newSigningKey, type OAuthClient } from '../support/oauth.ts'
import { password } from '../support/password.ts'
import { ProximaProcess } from '../support/process.ts'
import { newAdministrator } from '../support/roles.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const insecure = { [oauth.allowInsecureRequests]: true } // oxlint-disable-line typescript/no-deprecated
const python = '/usr/bin/python3'
const hasPython = spawnSync(python, ['-c', 'import requests_oauthlib']).status === 0

describe.each(engines)('libraries for OAuth on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  let program: OAuthClient
  let metadata: oauth.AuthorizationServer
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_PASSWORD_CLIENTS: 'proxima' } })
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
    program = await newClient(server.client, admin, {
      roles: ['admin'],
      scope: 'clients:read tokens:introspect users:read',
    })
    await server.client.register({ username: 'amina', password })
    const issuer = new URL(server.url)
    const found = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...insecure })
    metadata = await oauth.processDiscoveryResponse(issuer, found)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const listClients = async (token: unknown) =>
    (await server.client.get('/v1/clients', { token: String(token) })).status

  describe('oauth4webapi', () => {
    /** Its assertions have the time of this machine, and the clock of the server stands still. */
    const clientOf = ({ id }: OAuthClient): oauth.Client => ({
      client_id: id,
      [oauth.clockSkew]: Math.round((server.clock.now().getTime() - Date.now()) / 1_000),
    })

    it.each([
      ['client_secret_basic', oauth.ClientSecretBasic],
      ['client_secret_post', oauth.ClientSecretPost],
    ] as const)('gets, asks about and revokes a token with %s', async (_name, authentication) => {
      const client = clientOf(program)
      const proof = authentication(program.secret)
      const answer = await oauth.clientCredentialsGrantRequest(
        metadata,
        client,
        proof,
        { scope: 'clients:read' },
        insecure,
      )
      const { access_token, scope } = await oauth.processClientCredentialsResponse(metadata, client, answer)
      expect([scope, await listClients(access_token)]).toEqual(['clients:read', 200])
      const ask = async () => {
        const asked = await oauth.introspectionRequest(metadata, client, proof, access_token, insecure)
        return await oauth.processIntrospectionResponse(metadata, client, asked)
      }
      expect(await ask()).toMatchObject({ active: true, client_id: program.id, scope: 'clients:read' })
      const revoked = await oauth.revocationRequest(metadata, client, proof, access_token, insecure)
      await oauth.processRevocationResponse(revoked)
      expect(await ask()).toEqual({ active: false })
      expect(await listClients(access_token)).toBe(401)
    })

    it.each(['ES256', 'RS256', 'PS256', 'EdDSA'] as const)(
      'gets a token with an assertion (%s)',
      async (alg) => {
        const key = newSigningKey(alg)
        const signer = await newClient(server.client, admin, {
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [key.jwk] },
        })
        const algorithms = {
          ES256: { name: 'ECDSA', namedCurve: 'P-256' },
          RS256: { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
          PS256: { name: 'RSA-PSS', hash: 'SHA-256' },
          EdDSA: { name: 'Ed25519' },
        }
        const pkcs8 = key.privateKey.export({ format: 'der', type: 'pkcs8' })
        const imported = await crypto.subtle.importKey('pkcs8', pkcs8, algorithms[alg], false, ['sign'])
        const proof = oauth.PrivateKeyJwt({ key: imported, kid: String(key.jwk['kid']) })
        const client = clientOf(signer)
        const answer = await oauth.clientCredentialsGrantRequest(metadata, client, proof, {}, insecure)
        const { token_type } = await oauth.processClientCredentialsResponse(metadata, client, answer)
        expect(token_type).toBe('bearer')
      },
    )

    it('reads the error and the challenge of a refusal', async () => {
      const client = clientOf(program)
      const proof = oauth.ClientSecretBasic('wrong')
      const answer = await oauth.clientCredentialsGrantRequest(metadata, client, proof, {}, insecure)
      await expect(oauth.processClientCredentialsResponse(metadata, client, answer)).rejects.toMatchObject({
        name: 'WWWAuthenticateChallengeError',
        cause: [{ scheme: 'basic' }],
      })
      const wide = await oauth.clientCredentialsGrantRequest(
        metadata,
        client,
        oauth.ClientSecretBasic(program.secret),
        { scope: 'roles:write' },
        insecure,
      )
      await expect(oauth.processClientCredentialsResponse(metadata, client, wide)).rejects.toMatchObject({
        error: 'invalid_scope',
        status: 400,
      })
    })
  })

  describe('simple-oauth2', () => {
    const auth = () => ({ tokenHost: server.url, tokenPath: '/oauth/token', revokePath: '/oauth/revoke' })

    it.each(['header', 'body'] as const)(
      'gets a token with the secret in the %s',
      async (authorizationMethod) => {
        const client = { id: program.id, secret: program.secret }
        const config = { client, auth: auth(), options: { authorizationMethod } }
        const { token } = await new ClientCredentials(config).getToken({ scope: 'clients:read' })
        expect(token['scope']).toBe('clients:read')
        expect(await listClients(token['access_token'])).toBe(200)
      },
    )

    it('signs a person in by password, renews the token, and revokes it', async () => {
      const app = await newClient(server.client, admin, { grant_types: ['password', 'refresh_token'] })
      const { databaseUrl, clock } = server
      const env = { PROXIMA_PASSWORD_CLIENTS: app.id }
      const listed = await startTestServer(engine, { databaseUrl, clock, env })
      const config = {
        client: { id: app.id, secret: app.secret },
        auth: { tokenHost: listed.url, tokenPath: '/oauth/token', revokePath: '/oauth/revoke' },
      }
      const grant = new ResourceOwnerPassword(config)
      const first = await grant.getToken({ username: 'amina', password })
      const second = await first.refresh()
      const own = String(second.token['access_token'])
      expect((await listed.client.me(own)).body.username).toBe('amina')
      await second.revokeAll()
      expect((await listed.client.me(own)).status).toBe(401)
      await expect(grant.getToken({ username: 'amina', password: 'wrong' })).rejects.toMatchObject({
        data: { payload: { error: 'invalid_grant' } },
      })
      await listed.close()
    })
  })

  describe.skipIf(!hasPython)('requests_oauthlib (needs python3-requests-oauthlib of Debian)', () => {
    async function run(lines: readonly string[]): Promise<string> {
      const head = [
        'import os',
        'from oauthlib.oauth2 import BackendApplicationClient, InvalidGrantError, LegacyApplicationClient',
        'from requests_oauthlib import OAuth2Session',
        'url, client_id, secret = (os.environ[name] for name in ("ACCOUNTS", "CLIENT", "SECRET"))',
        'token_url = url + "/oauth/token"',
      ]
      const environment = {
        ...{ ACCOUNTS: server.url, CLIENT: program.id, SECRET: program.secret, PASSWORD: password },
        OAUTHLIB_INSECURE_TRANSPORT: '1',
      }
      const text = [...head, ...lines].join('\n')
      const { exitCode, stdout, stderr } = await new ProximaProcess(python, ['-c', text], environment).ended
      expect(exitCode, stderr).toBe(0)
      return stdout.trim()
    }

    it('gets a token for a service, with the secret in the header and in the body', async () => {
      const printed = await run([
        'for own in ({}, {"include_client_id": True}):',
        '    session = OAuth2Session(client=BackendApplicationClient(client_id=client_id, scope=["clients:read"]))',
        '    session.fetch_token(token_url, client_id=client_id, client_secret=secret, **own)',
        '    print(session.get(url + "/v1/clients").status_code, session.token["scope"])',
      ])
      expect(printed).toBe("200 ['clients:read']\n200 ['clients:read']")
    })

    it('signs a person in by password without a client, and renews the token', async () => {
      const printed = await run([
        'session = OAuth2Session(client=LegacyApplicationClient(client_id="proxima"))',
        'own = {"username": "amina", "include_client_id": True}',
        'session.fetch_token(token_url, password=os.environ["PASSWORD"], **own)',
        'session.refresh_token(token_url, client_id="proxima")',
        'print(session.get(url + "/v1/me").json()["username"])',
        'try:',
        '    session.fetch_token(token_url, password="wrong", **own)',
        'except InvalidGrantError as error:',
        '    print("refused", error.error)',
      ])
      expect(printed).toBe('amina\nrefused invalid_grant')
    })
  })
})
