import type { App } from '../../../platform/http/app.ts'
import { unavailable } from '../../../platform/kernel/problems.ts'
import { keySetMaxAgeSeconds } from './model.ts'
import { KeySetView } from './schema.ts'
import type { KeysService } from './service.ts'

export function keysRoutes(app: App, { keys }: { keys: Pick<KeysService, 'publicKeys'> }): void {
  app.get(
    '/.well-known/jwks.json',
    {
      config: {
        access: 'public',
        cache: { maxAgeSeconds: keySetMaxAgeSeconds },
        problems: [unavailable],
      },
      schema: {
        operationId: 'getKeySet',
        summary: 'Get the public keys that verify access tokens (JWK Set, RFC 7517)',
        description:
          'Services that check access tokens themselves read the keys here. Cache them as long as `Cache-Control` says, and read them again if a token names an unknown key.',
        tags: ['System'],
        response: { 200: KeySetView },
      },
    },
    async () => ({ keys: await keys.publicKeys() }),
  )
}
