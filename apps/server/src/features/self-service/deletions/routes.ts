import { currentUser } from '../../../platform/http/access.ts'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { clearSessionCookie, readSessionCookie } from '../../../platform/http/session-cookie.ts'
import {
  forbidden,
  notFound,
  overloaded,
  rateLimited,
  unavailable,
} from '../../../platform/kernel/problems.ts'
import {
  answerSignIn,
  loginLimit,
  loginResponse,
  refuseForeignCookies,
} from '../../authentication/sign-in/answer.ts'
import {
  factorEnrolmentRequired,
  invalidCredentials,
  mfaRequired,
} from '../../authentication/sign-in/model.ts'
import { lastAdministrator } from '../../authorization/roles/model.ts'
import type { RestorationService } from './restoration.ts'
import {
  DeleteMeBody,
  DeletionView,
  deletionView,
  givenCredentials,
  ReceiptParams,
  ReceiptView,
  RestoreBody,
  receiptView,
  toRestoration,
} from './schema.ts'
import type { DeletionsService } from './service.ts'

/** A receipt cannot be guessed. The limit only keeps the load of such attempts low. */
const receiptLimit = { name: 'receipt', quota: 60, windowSeconds: 60 }

export interface DeletionsRoutesOptions {
  readonly deletions: DeletionsService
  readonly restoration: RestorationService
  readonly publicUrl: () => string
}

export function deletionsRoutes(app: App, options: DeletionsRoutesOptions): void {
  deletionRoutes(app, options)
  restoreRoute(app, options)
}

function deletionRoutes(app: App, { deletions }: DeletionsRoutesOptions): void {
  app.delete(
    '/v1/me',
    {
      config: {
        access: 'user',
        openToUnverified: true,
        problems: [invalidCredentials, lastAdministrator, rateLimited, overloaded],
      },
      schema: {
        operationId: 'deleteMe',
        summary: 'Delete my account',
        description:
          'Needs the password or the user secret. All sessions end at once. Within the grace period, the owner can restore the account. After it, the server erases everything. The answer shows a receipt only once.',
        tags: ['Me'],
        body: DeleteMeBody,
        response: { 202: ReceiptView },
      },
    },
    async (request, reply) => {
      const given = givenCredentials(request.body)
      const receipt = await deletions.delete(currentUser(request), given, contextOf(request))
      if (readSessionCookie(request) !== null) clearSessionCookie(reply)
      return reply.code(202).send(receiptView(receipt))
    },
  )

  // The receipt may be part of the URL: it gives no access, and the answer does not identify the account.
  app.get(
    '/v1/auth/deletions/:receipt',
    {
      config: { access: 'public', limit: receiptLimit, problems: [notFound, unavailable] },
      schema: {
        operationId: 'checkReceipt',
        summary: 'Check a deletion by its receipt',
        description:
          'Anyone who has the receipt can call this, without an account. The answer does not say whose account it was.',
        tags: ['Authentication'],
        params: ReceiptParams,
        response: { 200: DeletionView },
      },
    },
    async (request) => deletionView(await deletions.check(request.params.receipt)),
  )
}

function restoreRoute(app: App, { restoration, publicUrl }: DeletionsRoutesOptions): void {
  app.post(
    '/v1/auth/restore',
    {
      config: {
        access: 'public',
        limit: loginLimit,
        problems: [factorEnrolmentRequired, forbidden, invalidCredentials, mfaRequired, overloaded],
      },
      schema: {
        operationId: 'restore',
        summary: 'Restore a deleted account within the grace period, and sign in',
        description:
          'Takes the credentials of the deleted account. Its earlier sessions stay ended. The answer is a new session.',
        tags: ['Authentication'],
        body: RestoreBody,
        response: loginResponse,
      },
    },
    async (request, reply) => {
      const given = toRestoration(request.body)
      refuseForeignCookies(request, given.mode, publicUrl())
      return answerSignIn(reply, given.mode, await restoration.restore(given, contextOf(request)))
    },
  )
}
