import { Guard } from '@proxima/guard'
import { guard } from '@proxima/guard/express'
import express, { type Express } from 'express'
import { accountEventRoutes } from './account-events/routes.ts'
import { bookingRoutes } from './bookings/routes.ts'
import type { Services } from './build-services.ts'
import { centreRoutes, openingRoutes } from './centres/routes.ts'
import type { VerifyPage } from './certificates/page/verify-page.ts'
import { certificateRoutes, verifyPageRoutes } from './certificates/routes.ts'
import { doseRoutes } from './doses/routes.ts'
import { answerErrors, answerUnknownPath } from './http/problems.ts'
import { OldCallers } from './old-calls/callers.ts'
import { oldRouter } from './old-calls/routes.ts'
import { peopleRoutes } from './people/routes.ts'
import type { Settings } from './settings.ts'

export interface AppOptions {
  readonly services: Services
  readonly verifyPage: VerifyPage
  readonly settings: Pick<Settings, 'accountsUrl' | 'apiKey' | 'webhookSecret'>
}

export interface App {
  readonly app: Express
  /** Stops the connections to Proxima. */
  readonly close: () => Promise<void>
}

/** Connects the services to HTTP. */
export function buildApp({ services, verifyPage, settings }: AppOptions): App {
  const { accountsUrl, apiKey, webhookSecret } = settings
  const accounts = guard({ issuer: accountsUrl, apiKey })
  // The same without a framework, because the token of an old call is in the body.
  const oldGuard = new Guard({ issuer: accountsUrl, apiKey })

  const app = express().disable('x-powered-by').disable('etag')
  app.use((_request, response, next) => {
    // An answer is for one user. No cache may give it to another.
    response.set({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
    next()
  })
  app.get('/healthz', (_request, response) => {
    response.json({ status: 'ok' })
  })
  openingRoutes(app, services.centres)
  verifyPageRoutes(app, verifyPage)
  accountEventRoutes(app, services.accountEvents, webhookSecret)
  app.use(oldRouter(new OldCallers({ guard: oldGuard, accountsUrl }), services.oldCalls))

  // The guard is in front of every route below, so that no one can forget it for a new one.
  app.use('/v1', accounts.requireUser(), express.json({ limit: '64kb' }))
  peopleRoutes(app, accounts, services.people)
  centreRoutes(app, accounts, services.centres)
  bookingRoutes(app, accounts, services.bookings)
  doseRoutes(app, accounts, services.doses)
  certificateRoutes(app, accounts, services.certificates)

  app.use(answerUnknownPath)
  app.use(answerErrors({ accountsUrl }))
  const close = async () => {
    await Promise.all([accounts.close(), oldGuard.close()])
  }
  return { app, close }
}
