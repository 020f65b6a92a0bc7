import { createServer } from 'node:http'
import { env } from 'node:process'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'
import { sqlAdapters } from './sql-adapter.ts'

/**
 * The client credentials grant of oidc-provider. It issues opaque tokens by default, and stores them. A request that
 * names a resource gets a signed token like ours, which oidc-provider does not store.
 */
const port = Number(env['BENCH_PORT'])
const issuer = `http://127.0.0.1:${port}`
const { privateKey } = await generateKeyPair('ES256', { extractable: true })
const jwk = { ...(await exportJWK(privateKey)), kid: 'bench', alg: 'ES256', use: 'sig' }

const provider = new Provider(issuer, {
  adapter: await sqlAdapters(env['BENCH_DATABASE'] ?? ''),
  clients: [
    {
      client_id: 'bench',
      client_secret: 'bench-secret',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      // Its default is RS256, but there is no such key here.
      id_token_signed_response_alg: 'ES256',
    },
  ],
  jwks: { keys: [jwk] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: async () => ({
        scope: '',
        accessTokenTTL: 900,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: 'ES256' } },
      }),
    },
  },
})

const answer = provider.callback()
createServer((request, response) => void answer(request, response)).listen(port, '127.0.0.1')
