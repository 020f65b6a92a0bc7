import type { App } from '../../../../platform/http/app.ts'
import { unavailable } from '../../../../platform/kernel/problems.ts'
import { keySetMaxAgeSeconds } from '../../../session-management/keys/model.ts'
import { openIdConfiguration, serverMetadata } from './model.ts'
import { OpenIdConfigurationView, ServerMetadataView } from './schema.ts'

export interface MetadataRoutesOptions {
  readonly publicUrl: () => string
  /** The clients that may use the grant `password`. */
  readonly passwordClients: readonly string[]
}

const config = {
  access: 'public' as const,
  cache: { maxAgeSeconds: keySetMaxAgeSeconds },
  isPublicDocument: true as const,
  problems: [unavailable],
}

export function metadataRoutes(app: App, { publicUrl, passwordClients }: MetadataRoutesOptions): void {
  const options = () => ({ issuer: publicUrl(), offersPassword: passwordClients.length > 0 })
  app.get(
    '/.well-known/oauth-authorization-server',
    {
      config,
      schema: {
        operationId: 'getServerMetadata',
        summary: 'Get the addresses and abilities of the OAuth endpoints (RFC 8414)',
        description: 'Libraries for OAuth read it, so that they need no other setting than the public URL.',
        tags: ['OAuth'],
        response: { 200: ServerMetadataView },
      },
    },
    async () => serverMetadata(options()),
  )
  app.get(
    '/.well-known/openid-configuration',
    {
      config,
      schema: {
        operationId: 'getOpenIdConfiguration',
        summary: 'Get the same for libraries that look for OpenID Connect',
        description:
          'Services that check access tokens with such a library find the issuer and the keys here. The server signs every token with the algorithm in `id_token_signing_alg_values_supported`; it issues no ID tokens yet.',
        tags: ['OAuth'],
        response: { 200: OpenIdConfigurationView },
      },
    },
    async () => openIdConfiguration(options()),
  )
}
