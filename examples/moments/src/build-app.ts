import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { guard } from '@proxima/guard/fastify'
import Fastify from 'fastify'
import { accountEventRoutes } from './account-events/routes.ts'
import { activityRoutes } from './activities/routes.ts'
import type { Services } from './build-services.ts'
import type { App, ViewerOfRequest } from './http/app.ts'
import { answerProblems } from './http/problems.ts'
import { validateStrictly } from './http/validation.ts'
import { momentRoutes } from './moments/routes.ts'
import type { Settings } from './settings.ts'
import { viewerOf } from './viewer.ts'

export interface AppOptions {
  readonly services: Services
  readonly settings: Pick<Settings, 'accountsUrl' | 'apiKey' | 'webhookSecret'>
  readonly logger: boolean
}

/** Connects the services to HTTP. */
export function buildApp({ services, settings, logger }: AppOptions): App {
  const { accountsUrl, apiKey, webhookSecret } = settings
  const { activities, moments, accountEvents } = services
  const accounts = guard({ issuer: accountsUrl, apiKey })

  const app: App = Fastify({ logger, bodyLimit: 64 * 1024 }).withTypeProvider<TypeBoxTypeProvider>()
  validateStrictly(app)
  answerProblems(app)
  // An answer is for one user. No cache may give it to another.
  app.addHook('onSend', async (_request, reply) => void reply.header('cache-control', 'no-store'))
  app.addHook('onClose', async () => await accounts.close())

  app.get('/healthz', async () => ({ status: 'ok' }))

  app.register(async (scope: App) => accountEventRoutes(scope, { accountEvents, webhookSecret }))

  // The guard is in front of every route of this scope, so that no one can forget it for a new one.
  app.register(async (scope: App) => {
    scope.addHook('onRequest', accounts.requireUser())
    const viewerOfRequest: ViewerOfRequest = (request) => viewerOf(accounts.currentUser(request))
    activityRoutes(scope, { activities, viewerOf: viewerOfRequest })
    momentRoutes(scope, { moments, viewerOf: viewerOfRequest })
  })
  return app
}
