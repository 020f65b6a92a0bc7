import {
  allowInsecureRequests,
  discoveryRequest,
  processDiscoveryResponse,
  validateJwtAccessToken,
} from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../../tests/support/engines.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const paths = ['/.well-known/oauth-authorization-server', '/.well-known/openid-configuration'] as const

describe('the metadata', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite)
  })
  afterAll(async () => await server?.close())

  it.each(paths)('%s is a public document that any cache and any origin may read', async (path) => {
    const { status, headers } = await server.client.get(path)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(headers.get('access-control-allow-origin')).toBe('*')
    const keys = await server.client.get('/.well-known/jwks.json')
    expect(headers.get('cache-control')).toBe(keys.headers.get('cache-control'))
  })

  it('names the issuer, and endpoints that answer', async () => {
    const { body } = await server.client.get(paths[0])
    expect(body.issuer).toBe(server.url)
    const posts = [
      ...['token_endpoint', 'introspection_endpoint', 'revocation_endpoint'],
      'pushed_authorization_request_endpoint',
    ]
    for (const name of posts)
      expect((await fetch(String(body[name]), { method: 'POST' })).status, name).toBe(400)
    expect((await fetch(String(body.authorization_endpoint))).status).toBe(400)
    for (const name of ['jwks_uri', 'service_documentation'])
      expect((await fetch(String(body[name]))).status, name).toBe(200)
    const addresses = Object.values(body as object).filter((value) => String(value).startsWith('http'))
    expect(addresses).toHaveLength(8)
  })

  it('names no grant that the server does not offer', async () => {
    const usual = await server.client.get(paths[0])
    expect(usual.body.grant_types_supported).toEqual([
      'authorization_code',
      'client_credentials',
      'refresh_token',
    ])
    expect(usual.body.response_types_supported).toEqual(['code'])
    const old = await startTestServer(sqlite, { env: { PROXIMA_PASSWORD_CLIENTS: 'proxima' } })
    const { body } = await old.client.get(paths[0])
    await old.close()
    expect(body.grant_types_supported).toContain('password')
  })

  it.each([
    ['oauth2', paths[0]],
    ['oidc', paths[1]],
  ] as const)('lets oauth4webapi find everything by the issuer alone (%s)', async (algorithm, path) => {
    const issuer = new URL(server.url)
    const insecure = { [allowInsecureRequests]: true } // oxlint-disable-line typescript/no-deprecated
    const found = await processDiscoveryResponse(
      issuer,
      await discoveryRequest(issuer, { algorithm, ...insecure }),
    )
    expect(found).toEqual((await server.client.get(path)).body)
    const { token, id } = await newPerson(server.client)
    const request = new Request(server.url, { headers: { authorization: `Bearer ${token}` } })
    const claims = await validateJwtAccessToken(found, request, server.url, insecure)
    expect(claims.sub).toBe(id)
  })

  it('tells libraries for OpenID Connect which algorithm signs', async () => {
    const { body } = await server.client.get(paths[1])
    expect(body).toMatchObject({
      id_token_signing_alg_values_supported: ['ES256'],
      subject_types_supported: ['public', 'pairwise'],
    })
    const keys = await server.client.get('/.well-known/jwks.json')
    expect(keys.body.keys[0].alg).toBe('ES256')
  })
})
