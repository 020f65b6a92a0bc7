import type { App } from '../../../platform/http/app.ts'
import { unavailable } from '../../../platform/kernel/problems.ts'
import { ProvidersView, providersView } from './schema.ts'
import type { FederationService } from './service.ts'

export interface FederationRoutesOptions {
  readonly federation: Pick<FederationService, 'providers'>
}

export function federationRoutes(app: App, { federation }: FederationRoutesOptions): void {
  app.get(
    '/v1/auth/providers',
    {
      config: { access: 'public', problems: [unavailable] },
      schema: {
        operationId: 'listProviders',
        summary: 'List the providers for buttons',
        description:
          'The other services with whose accounts people can sign in. A browser follows `sign_in_url`, and comes back signed in with the session cookie.',
        tags: ['Authentication'],
        response: { 200: ProvidersView },
      },
    },
    async () => providersView(federation.providers),
  )
}
