import type { App } from '../../../platform/http/app.ts'
import { NoContent } from '../../../platform/http/no-content.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { forbidden, overloaded } from '../../../platform/kernel/problems.ts'
import { codeExpired, codeInvalid } from '../../authenticators/codes/model.ts'
import { passwordTooWeak } from '../../authenticators/passwords/model.ts'
import { recoveryWork } from '../../safeguards/proof-of-work/answer.ts'
import { proofOfWorkRequired } from '../../safeguards/proof-of-work/model.ts'
import { requestLimit, resetLimit, verifyLimit } from './limits/answer.ts'
import { recoveryTokenSeconds, recoveryWaiting } from './model.ts'
import type { RecoveryProofs } from './proofs.ts'
import type { RecoveryRequests } from './requests.ts'
import type { RecoveryReset } from './reset.ts'
import {
  RecoveredSecretView,
  RecoveryBody,
  RecoveryRequestedView,
  RecoveryResetBody,
  RecoveryTokenView,
  RecoveryVerifyBody,
  requestedView,
} from './schema.ts'

const tags = ['Authentication']

export interface RecoveryRoutesOptions {
  readonly recoveryRequests: RecoveryRequests
  readonly recoveryProofs: RecoveryProofs
  readonly recoveryReset: RecoveryReset
}

export function recoveryRoutes(app: App, options: RecoveryRoutesOptions): void {
  requestRoute(app, options)
  verifyRoute(app, options)
  resetRoute(app, options)
}

function requestRoute(app: App, { recoveryRequests }: RecoveryRoutesOptions): void {
  app.post(
    '/v1/auth/recovery',
    {
      config: {
        access: 'public',
        limit: requestLimit,
        work: recoveryWork,
        problems: [forbidden, proofOfWorkRequired],
      },
      schema: {
        operationId: 'requestRecovery',
        summary: 'Ask for a code to set a new password',
        description:
          'Sends a message with a code of six digits to a contact of the account; a mail also has a link. The answer is always the same, also for an identifier that no account has. If the identifier is a verified email address or phone number, the message goes there. Otherwise it goes to the verified email address or, if there is none, to the verified phone number.',
        tags,
        body: RecoveryBody,
        response: { 202: RecoveryRequestedView },
      },
    },
    async (request, reply) => {
      await recoveryRequests.request(request.body.identifier, contextOf(request))
      return reply.code(202).send(requestedView)
    },
  )
}

function verifyRoute(app: App, { recoveryProofs }: RecoveryRoutesOptions): void {
  app.post(
    '/v1/auth/recovery/verify',
    {
      config: {
        access: 'public',
        limit: verifyLimit,
        problems: [codeInvalid, codeExpired, recoveryWaiting],
      },
      schema: {
        operationId: 'verifyRecovery',
        summary: 'Exchange the code for a recovery token',
        description:
          'A code works once and for ten minutes. After five wrong codes, each attempt must wait, and a new code does not shorten the wait. A recovery by phone number must wait if the account also has a verified email address: the answer is then `recovery_waiting`, and all contacts are notified.',
        tags,
        body: RecoveryVerifyBody,
        response: { 200: RecoveryTokenView },
      },
    },
    async (request) => {
      const { identifier, code } = request.body
      const token = await recoveryProofs.verify(identifier, code, contextOf(request))
      return { recovery_token: token, expires_in: recoveryTokenSeconds }
    },
  )
}

function resetRoute(app: App, { recoveryReset }: RecoveryRoutesOptions): void {
  app.post(
    '/v1/auth/recovery/reset',
    {
      config: {
        access: 'public',
        limit: resetLimit,
        problems: [codeInvalid, codeExpired, passwordTooWeak, overloaded],
      },
      schema: {
        operationId: 'resetPassword',
        summary: 'Set a new password with a recovery token',
        description:
          'Only the new password works from now on, and the user secret no longer works. Every session, refresh token, code and pending change of a contact ends, and all contacts are notified. The contact that received the code is now verified, and another one that is not verified is removed. The call does not sign in. An account that never had a password can leave out `new_password`, and gets a new user secret with status 200.',
        tags,
        body: RecoveryResetBody,
        response: { 200: RecoveredSecretView, 204: NoContent },
      },
    },
    async (request, reply) => {
      const { recovery_token: token, new_password: newPassword } = request.body
      const grant = { purpose: 'recovery_token', token } as const
      const secret = await recoveryReset.reset(
        { grant, ...(newPassword !== undefined && { newPassword }) },
        contextOf(request),
      )
      if (secret === null) return reply.code(204).send(null)
      return reply.code(200).send({ user_secret: secret })
    },
  )
}
