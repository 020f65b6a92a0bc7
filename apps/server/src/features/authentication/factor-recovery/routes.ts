import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { forbidden, invalidToken } from '../../../platform/kernel/problems.ts'
import { codeInvalid } from '../../authenticators/codes/model.ts'
import { answerSignIn, loginResponse, refuseForeignCookies } from '../sign-in/answer.ts'
import { factorEnrolmentRequired, invalidCredentials } from '../sign-in/model.ts'
import { confirmLimit, reportLimit } from './limits/answer.ts'
import { FactorRecoveryBody, LostFactorBody, LostFactorView, lostFactorView } from './schema.ts'
import type { FactorRecoveryService } from './service.ts'

const tags = ['Authentication']

export interface FactorRecoveryRoutesOptions {
  readonly factorRecovery: FactorRecoveryService
  readonly publicUrl: () => string
}

export function factorRecoveryRoutes(app: App, options: FactorRecoveryRoutesOptions): void {
  reportRoute(app, options)
  confirmRoute(app, options)
}

function reportRoute(app: App, { factorRecovery }: FactorRecoveryRoutesOptions): void {
  app.post(
    '/v1/auth/mfa/lost',
    {
      config: { access: 'public', limit: reportLimit, problems: [forbidden, invalidToken] },
      schema: {
        operationId: 'reportLostFactor',
        summary: 'Say that the second factor is lost',
        description:
          'After the answer `mfa_required`, for someone who has lost every second factor and every recovery code. All confirmed contacts of the account are notified, and each notification can cancel the recovery. After `usable_at`, sign in again and repeat this call: it then sends a code to a confirmed contact. Asking again before makes the wait neither longer nor shorter. A sign-in with a second factor, a new password, another contact and a suspension end the recovery.',
        tags,
        body: LostFactorBody,
        response: { 202: LostFactorView },
      },
    },
    async (request, reply) => {
      const state = await factorRecovery.report(request.body.challenge, contextOf(request))
      return reply.code(202).send(lostFactorView(state))
    },
  )
}

function confirmRoute(app: App, { factorRecovery, publicUrl }: FactorRecoveryRoutesOptions): void {
  app.post(
    '/v1/auth/mfa/lost/confirm',
    {
      config: {
        access: 'public',
        limit: confirmLimit,
        problems: [codeInvalid, factorEnrolmentRequired, forbidden, invalidCredentials, invalidToken],
      },
      schema: {
        operationId: 'recoverFactor',
        summary: 'Remove the lost second factors, and finish the sign-in',
        description:
          'With the code that `POST /v1/auth/mfa/lost` has sent after the wait. Every second factor and recovery code of the account is removed, every session, code and pending change ends, and all contacts are notified. The client gets what it asked for when it began the sign-in. An account that must have a second factor gets `factor_enrolment_required`.',
        tags,
        body: FactorRecoveryBody,
        response: loginResponse,
      },
    },
    async (request, reply) => {
      const mode = await factorRecovery.modeOf(request.body.challenge)
      refuseForeignCookies(request, mode, publicUrl())
      return answerSignIn(reply, mode, await factorRecovery.finish(request.body, contextOf(request)))
    },
  )
}
