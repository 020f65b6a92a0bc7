import { digestSecret } from '../../../platform/crypto/digests.ts'
import type { App } from '../../../platform/http/app.ts'
import { entityTag, isKnown } from '../../../platform/http/entity-tags.ts'
import { unavailable } from '../../../platform/kernel/problems.ts'
import { keySetMaxAgeSeconds } from './model.ts'
import { KeySetView, NotModified } from './schema.ts'
import type { KeysService } from './service.ts'

export function keysRoutes(app: App, { keys }: { keys: Pick<KeysService, 'publicKeys'> }): void {
  app.get(
    '/.well-known/jwks.json',
    {
      config: {
        access: 'public',
        cache: { maxAgeSeconds: keySetMaxAgeSeconds },
        isPublicDocument: true,
        problems: [unavailable],
      },
      schema: {
        operationId: 'getKeySet',
        summary: 'Get the public keys that verify access tokens (JWK Set, RFC 7517)',
        description:
          'Services that check access tokens themselves read the keys here. Cache them as long as `Cache-Control` says, and read them again if a token names an unknown key.',
        tags: ['System'],
        response: { 200: KeySetView, 304: NotModified },
      },
    },
    async (request, reply) => {
      const set = { keys: await keys.publicKeys() }
      const version = digestSecret(JSON.stringify(set))
      void reply.header('etag', entityTag(version))
      return isKnown(request, version) ? reply.code(304).send(null) : set
    },
  )
}
