import { createServer, type RequestListener, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { auth, requiredScopes } from 'express-oauth2-jwt-bearer'
import { createVerifier } from 'fast-jwt'
import buildGetJwks from 'get-jwks'
import * as openid from 'openid-client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../support/engines.ts'
import { newClient, newSigningKey, type OAuthClient } from '../support/oauth.ts'
import { newPerson } from '../support/people.ts'
import { newAdministrator } from '../support/roles.ts'
import { type OwnServices, openServices } from '../support/services.ts'
import { TestClient } from '../support/test-client.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

type Express = RequestListener & { get(path: string, ...handlers: readonly unknown[]): void }

interface Authenticated {
  readonly auth: { readonly payload: { readonly sub: string } }
}

interface Responding {
  json(body: object): void
}

/** It has no types of its own. */
const express = createRequire(import.meta.url)('express') as () => Express

/** Libraries that find everything by the public URL alone. go-oidc is tried nowhere: it needs Go. */
describe('libraries that read the metadata', () => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  let program: OAuthClient
  const listening: Server[] = []
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
    const fields = { roles: ['admin'], scope: 'clients:read tokens:introspect users:read' }
    program = await newClient(server.client, admin, fields)
  })
  afterEach(() => {
    for (const each of listening.splice(0)) each.close()
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  describe('openid-client', () => {
    it.each(['oauth2', 'oidc'] as const)(
      'discovers (%s), gets a token, asks about it, revokes it',
      async (algorithm) => {
        const config = await openid.discovery(
          new URL(server.url),
          program.id,
          undefined,
          openid.ClientSecretBasic(program.secret),
          { algorithm, execute: [openid.allowInsecureRequests] }, // oxlint-disable-line typescript/no-deprecated
        )
        expect(config.serverMetadata().issuer).toBe(server.url)
        const { access_token: token, scope } = await openid.clientCredentialsGrant(config, {
          scope: 'users:read',
        })
        expect(scope).toBe('users:read')
        expect((await server.client.get('/v1/users', { token })).status).toBe(200)
        const asked = await openid.tokenIntrospection(config, token)
        expect(asked).toMatchObject({ active: true, client_id: program.id, scope: 'users:read' })
        await openid.tokenRevocation(config, token)
        expect(await openid.tokenIntrospection(config, token)).toEqual({ active: false })
        expect((await server.client.get('/v1/users', { token })).status).toBe(401)
      },
    )

    it('gets a token with an assertion', async () => {
      const key = newSigningKey('ES256')
      const fields = { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [key.jwk] } }
      const { id } = await newClient(server.client, admin, fields)
      const pkcs8 = key.privateKey.export({ format: 'der', type: 'pkcs8' })
      const algorithm = { name: 'ECDSA', namedCurve: 'P-256' }
      const imported = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign'])
      // Its assertions have the time of this machine, and the clock of the server stands still.
      const skew = Math.round((server.clock.now().getTime() - Date.now()) / 1_000)
      const config = await openid.discovery(
        new URL(server.url),
        id,
        { [openid.clockSkew]: skew },
        openid.PrivateKeyJwt({ key: imported, kid: String(key.jwk['kid']) }),
        { execute: [openid.allowInsecureRequests] }, // oxlint-disable-line typescript/no-deprecated
      )
      expect((await openid.clientCredentialsGrant(config)).token_type).toBe('bearer')
    })
  })

  it('express-oauth2-jwt-bearer protects an application', async () => {
    const app = express()
    // It has the time of this machine, and the clock of the server stands still.
    const skewSeconds = Math.ceil(Math.abs(server.clock.now().getTime() - Date.now()) / 1_000) + 60
    const guard: unknown = auth({
      issuerBaseURL: server.url,
      audience: server.url,
      clockTolerance: skewSeconds,
    })
    app.get('/me', guard, ({ auth: { payload } }: Authenticated, response: Responding) =>
      response.json({ sub: payload.sub }),
    )
    app.get('/reports', guard, requiredScopes('users:read'), (_request: object, response: Responding) =>
      response.json({}),
    )
    const client = new TestClient(await serve(app))
    const person = await newPerson(server.client)
    expect(await client.get('/me', person)).toMatchObject({ status: 200, body: { sub: person.id } })
    expect((await client.get('/me')).status).toBe(401)
    const forged = `${person.token.slice(0, -8)}AAAAAAAA`
    expect((await client.get('/me', { token: forged })).status).toBe(401)
    expect((await client.get('/reports', person)).status).toBe(403)
    const config = new openid.Configuration(
      { issuer: server.url, token_endpoint: `${server.url}/oauth/token` },
      program.id,
      program.secret,
    )
    openid.allowInsecureRequests(config) // oxlint-disable-line typescript/no-deprecated
    const { access_token: token } = await openid.clientCredentialsGrant(config, { scope: 'users:read' })
    expect((await client.get('/reports', { token })).status).toBe(200)
  })

  it('get-jwks finds the key of a token', async () => {
    const { token, id } = await newPerson(server.client)
    const getJwks = buildGetJwks({ providerDiscovery: true })
    const verify = createVerifier({
      key: async ({ header }: { readonly header: Readonly<Record<string, unknown>> }) =>
        await getJwks.getPublicKey({
          domain: server.url,
          kid: String(header['kid']),
          alg: String(header['alg']),
        }),
      clockTimestamp: server.clock.now().getTime(),
    })
    expect(await verify(token)).toMatchObject({ sub: id, iss: server.url })
  })

  async function serve(app: RequestListener): Promise<string> {
    const listener = createServer(app)
    listening.push(listener)
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
  }
})
