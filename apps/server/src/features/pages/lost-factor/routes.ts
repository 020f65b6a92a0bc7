import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { statusByKind } from '../../../platform/http/problem.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { forbidden, invalidToken, rateLimited } from '../../../platform/kernel/problems.ts'
import { confirmLimit } from '../../authentication/factor-recovery/limits/answer.ts'
import type { FactorRecoveryService } from '../../authentication/factor-recovery/service.ts'
import { refuseForeignCookies } from '../../authentication/sign-in/answer.ts'
import { resendSeconds, typedCodeUnitsMax } from '../../authenticators/codes/model.ts'
import { codeAlert } from '../frame/code-form.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { isUnusable } from '../frame/links.ts'
import { outcomePage, signInLink } from '../frame/outcome-page.ts'
import { type Alert, tooManyAlert } from '../frame/parts.ts'
import { lostFactorPath, signInPath } from '../frame/paths.ts'
import { addressIn, finishSignIn } from '../frame/sign-in-answer.ts'
import { type PageView, viewOf } from '../frame/view.ts'
import { type SecondStepStart, showSecondStep } from '../second-step/routes.ts'
import { codePage, type LostFactorPage, questionPage, refusedPage, waitingPage } from './page.ts'

export interface LostFactorOptions extends SecondStepStart {
  readonly factorRecovery: Pick<FactorRecoveryService, 'finish' | 'modeOf' | 'report' | 'stateOf'>
}

const sentTo = Type.Union([Type.Literal('email'), Type.Literal('phone_number')])
const LostFactorForm = Type.Object(
  {
    challenge: Type.String({ maxLength: 200 }),
    /** Present once the reader has read what happens. */
    start: Type.Optional(Type.Literal('yes')),
    sent_to: Type.Optional(sentTo),
    code: Type.Optional(Type.String({ maxLength: typedCodeUnitsMax })),
    keep: Type.Optional(Type.Literal('yes')),
    return_to: Type.Optional(Type.String({ maxLength: 2_000 })),
  },
  { additionalProperties: false },
)
type LostFactorForm = Static<typeof LostFactorForm>

/** For someone at the second step who has lost everything that it takes. */
export function lostFactorRoutes(app: App, options: LostFactorOptions): void {
  app.get(lostFactorPath, { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply.redirect(signInPath, 303),
  )

  app.post(
    lostFactorPath,
    { config: { access: 'public', limit: confirmLimit }, schema: { hide: true, body: LostFactorForm } },
    async (request, reply) => {
      const page = pageOf(request.body, options)
      refuseForeignCookies(request, 'cookie', options.publicUrl())
      try {
        // A program that began elsewhere gets what it asked for there: a page has only a cookie to give.
        if ((await options.factorRecovery.modeOf(page.challenge)) !== 'cookie')
          throw new Failure(invalidToken)
        return await answer(request, reply, { form: request.body, page, options })
      } catch (error) {
        if (!(error instanceof Failure) || !isShown(error)) throw error
        return await refuse(request, reply, { form: request.body, page, options }, error)
      }
    },
  )
}

interface Given {
  readonly form: LostFactorForm
  readonly page: LostFactorPage
  readonly options: LostFactorOptions
}

function pageOf({ challenge, keep, return_to }: LostFactorForm, options: LostFactorOptions): LostFactorPage {
  return { challenge, keep: keep === 'yes', returnTo: addressIn(return_to, options) }
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { form, page, options }: Given,
): Promise<FastifyReply> {
  const { factorRecovery } = options
  const { challenge } = page
  if (form.code !== undefined) return await finish(request, reply, { form, page, options })
  const state = await factorRecovery.stateOf(challenge)
  const view = viewOf(request, options)
  if (state === null && form.start === undefined)
    return await sendPage(reply, questionPage(view, { ...page, waitHours: options.factorRecoveryHours }))
  const { sentTo: contact, usableAt } = await factorRecovery.report(challenge, contextOf(request))
  if (contact === null) return await sendPage(reply, waitingPage(view, usableAt))
  return await sendPage(reply, codePage(view, { ...page, sentTo: contact, waitSeconds: resendSeconds }))
}

async function finish(
  request: FastifyRequest,
  reply: FastifyReply,
  { form, page, options }: Given,
): Promise<FastifyReply> {
  const { challenge, keep, returnTo } = page
  const given = { challenge, code: form.code ?? '' }
  const outcome = await options.factorRecovery.finish(given, contextOf(request))
  if (outcome.kind === 'signed_in') return await finishSignIn(reply, outcome, page)
  return await showSecondStep(request, reply, options, { ...outcome, keep, returnTo })
}

function isShown(failure: Failure): boolean {
  return [rateLimited, invalidToken, forbidden].includes(failure.problem) || isUnusable(failure)
}

async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { form, page, options }: Given,
  failure: Failure,
): Promise<FastifyReply> {
  noteRefusal(failure, reply)
  const { problem, retryAfterSeconds } = failure
  const status = statusByKind[problem.kind]
  if (retryAfterSeconds !== null) void reply.header('retry-after', retryAfterSeconds)
  const view = viewOf(request, options)
  if (problem === invalidToken) return await sendPage(reply, overPage(view), status)
  if (problem === forbidden) return await sendPage(reply, refusedPage(view), status)
  const shown = { ...page, alert: alertFor(view, failure) }
  const { sent_to: sentTo } = form
  // Without a code that was sent, it was the notice that could not be sent.
  if (sentTo === undefined)
    return await sendPage(
      reply,
      questionPage(view, { ...shown, waitHours: options.factorRecoveryHours }),
      status,
    )
  return await sendPage(reply, codePage(view, { ...shown, sentTo, waitSeconds: 0 }), status)
}

function alertFor({ language }: PageView, failure: Failure): Alert {
  return failure.problem === rateLimited ? tooManyAlert(language, failure) : codeAlert(language, failure)
}

function overPage(view: PageView): string {
  const say = view.language.sentences('second_step')
  return outcomePage(view, {
    tone: 'warn',
    title: say('over'),
    text: say('over_next'),
    next: signInLink(view),
  })
}
