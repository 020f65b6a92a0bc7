import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { noteRefusal } from '../../../../platform/http/errors.ts'
import { statusByKind } from '../../../../platform/http/problem.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { rateLimited } from '../../../../platform/kernel/problems.ts'
import type { PasskeyLoginService } from '../../../authentication/login/passkeys/service.ts'
import { loginLimit, refuseForeignCookies } from '../../../authentication/sign-in/answer.ts'
import { invalidCredentials } from '../../../authentication/sign-in/model.ts'
import { type HostedPagesOptions, sendPage } from '../../frame/hosted-pages.ts'
import { outcomePage } from '../../frame/outcome-page.ts'
import { assertionFields, assertionOf, flowField } from '../../frame/passkey-fields.ts'
import { signInPasskeyPath, signInPath } from '../../frame/paths.ts'
import { addressIn, finishSignIn } from '../../frame/sign-in-answer.ts'
import { viewOf } from '../../frame/view.ts'
import { type SecondStepStart, showSecondStep } from '../../second-step/routes.ts'

export interface PasskeyPagesOptions extends SecondStepStart {
  readonly passkeyLogin: Pick<PasskeyLoginService, 'finish'>
  /** How long a session lasts if the reader does not want to stay signed in. */
  readonly briefSessionSeconds: number
}

const PasskeyForm = Type.Object(
  {
    ...assertionFields,
    flow: flowField,
    keep: Type.Optional(Type.Literal('yes')),
    return_to: Type.Optional(Type.String({ maxLength: 2_000 })),
  },
  { additionalProperties: false },
)

/** Signs in with what the browser answered on the sign-in page. */
export function passkeySignInRoutes(app: App, options: PasskeyPagesOptions): void {
  const { briefSessionSeconds, passkeyLogin, publicUrl } = options
  app.get(
    signInPasskeyPath,
    { config: { access: 'public' }, schema: { hide: true } },
    async (_request, reply) => reply.redirect(signInPath, 303),
  )
  app.post(
    signInPasskeyPath,
    { config: { access: 'public', limit: loginLimit }, schema: { hide: true, body: PasskeyForm } },
    async (request, reply) => {
      const { flow, keep, return_to: given, ...fields } = request.body
      const page = { keep: keep === 'yes', returnTo: addressIn(given, options) }
      refuseForeignCookies(request, 'cookie', publicUrl())
      try {
        const answer = { flow, response: assertionOf(fields), mode: 'cookie' } as const
        const life = page.keep ? {} : { lifeSecondsMax: briefSessionSeconds }
        const outcome = await passkeyLogin.finish({ ...answer, ...life }, contextOf(request))
        if (outcome.kind === 'signed_in') return await finishSignIn(reply, outcome, page)
        return await showSecondStep(request, reply, options, { ...outcome, ...page })
      } catch (error) {
        if (!(error instanceof Failure) || !isShown(error)) throw error
        return await refuse(request, reply, options, error)
      }
    },
  )
}

function isShown({ problem }: Failure): boolean {
  return problem === invalidCredentials || problem === rateLimited
}

/** The same words for an unknown passkey and for one that may not sign in (I4). */
async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  options: HostedPagesOptions,
  failure: Failure,
): Promise<FastifyReply> {
  noteRefusal(failure, reply)
  if (failure.retryAfterSeconds !== null) void reply.header('retry-after', failure.retryAfterSeconds)
  const view = viewOf(request, options)
  const say = view.language.sentences('passkey')
  const text = outcomePage(view, { tone: 'warn', title: say('refused'), text: say('refused_next') })
  return await sendPage(reply, text, statusByKind[failure.problem.kind])
}
