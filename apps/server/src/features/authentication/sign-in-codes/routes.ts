import type { App } from '../../../platform/http/app.ts'
import { setFlowCookie } from '../../../platform/http/flow-cookie.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { forbidden } from '../../../platform/kernel/problems.ts'
import { codeExpired, codeInvalid } from '../../authenticators/codes/model.ts'
import { signInCodeWork } from '../../safeguards/proof-of-work/answer.ts'
import { proofOfWorkRequired } from '../../safeguards/proof-of-work/model.ts'
import { answerSignIn, loginLimit, loginResponse, refuseForeignCookies } from '../sign-in/answer.ts'
import { factorEnrolmentRequired, invalidCredentials, mfaRequired } from '../sign-in/model.ts'
import { requestLimit } from './limits/answer.ts'
import { flowCookieSeconds } from './model.ts'
import type { SignInCodeRequests } from './requests.ts'
import { requestedView, SignInCodeBody, SignInCodeConfirmBody, SignInCodeView } from './schema.ts'
import type { CodeSignIn } from './service.ts'

const tags = ['Authentication']

export interface SignInCodeRoutesOptions {
  readonly signInCodeRequests: Pick<SignInCodeRequests, 'request'>
  readonly codeSignIn: Pick<CodeSignIn, 'byCode'>
  readonly publicUrl: () => string
}

export function signInCodeRoutes(app: App, options: SignInCodeRoutesOptions): void {
  requestRoute(app, options)
  confirmRoute(app, options)
}

function requestRoute(app: App, { signInCodeRequests }: SignInCodeRoutesOptions): void {
  app.post(
    '/v1/auth/code',
    {
      config: {
        access: 'public',
        limit: requestLimit,
        work: signInCodeWork,
        problems: [forbidden, proofOfWorkRequired],
      },
      schema: {
        operationId: 'requestSignInCode',
        summary: 'Ask for a code to sign in',
        description:
          'Sends a message with a code of six digits to a confirmed contact of the account. The answer is always the same, also for an identifier that no account has. If the identifier is a confirmed email address or phone number, the message goes there. Otherwise it goes to the confirmed email address or, if there is none, to the confirmed phone number. An account with a confirmed email address gets no code by text message while a recovery by phone number must wait.',
        tags,
        body: SignInCodeBody,
        response: { 202: SignInCodeView },
      },
    },
    async (request, reply) => {
      const { identifier, delivery = 'code' } = request.body
      const flow = await signInCodeRequests.request({ identifier, delivery }, contextOf(request))
      if (delivery === 'link') setFlowCookie(reply, { flow, keep: false, returnTo: null }, flowCookieSeconds)
      return reply.code(202).send(requestedView(flow))
    },
  )
}

function confirmRoute(app: App, { codeSignIn, publicUrl }: SignInCodeRoutesOptions): void {
  app.post(
    '/v1/auth/code/confirm',
    {
      config: {
        access: 'public',
        limit: loginLimit,
        problems: [
          factorEnrolmentRequired,
          forbidden,
          invalidCredentials,
          mfaRequired,
          codeInvalid,
          codeExpired,
        ],
      },
      schema: {
        operationId: 'signInWithCode',
        summary: 'Sign in with a code',
        description:
          'A code works once, for ten minutes, and only with the `flow` of the request that sent it. A newer code replaces it. After five wrong codes, each attempt must wait, and neither a new code nor a new flow shortens the wait. It is one factor: an account with a second factor is asked for it next.',
        tags,
        body: SignInCodeConfirmBody,
        response: loginResponse,
      },
    },
    async (request, reply) => {
      const { flow, code, mode = 'token' } = request.body
      refuseForeignCookies(request, mode, publicUrl())
      return answerSignIn(reply, mode, await codeSignIn.byCode({ flow, code, mode }, contextOf(request)))
    },
  )
}
