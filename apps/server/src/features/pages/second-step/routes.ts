import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { statusByKind } from '../../../platform/http/problem.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { invalidToken, rateLimited } from '../../../platform/kernel/problems.ts'
import type { SecondFactorService } from '../../authentication/second-factor/service.ts'
import { loginLimit, refuseForeignCookies } from '../../authentication/sign-in/answer.ts'
import { type FactorDemand, mfaRequired, requireSignedIn } from '../../authentication/sign-in/model.ts'
import { type HostedPagesOptions, sendPage } from '../frame/hosted-pages.ts'
import { type Alert, tooManyAlert } from '../frame/parts.ts'
import { addressIn, finishSignIn } from '../frame/sign-in-answer.ts'
import { viewOf } from '../frame/view.ts'
import { type EnrolmentPagesOptions, showEnrolment } from './enrolment/routes.ts'
import { type SecondStepPage, secondStepPage, secondStepPath } from './page.ts'
import { givenIn, isUsable, SecondStepForm } from './schema.ts'

export interface SecondStepOptions extends HostedPagesOptions {
  readonly factorRecoveryHours: number
  readonly secondFactor: Pick<SecondFactorService, 'finish' | 'modeOf'>
}

/** Finishes a sign-in that began on the sign-in page. */
export function secondStepRoutes(app: App, options: SecondStepOptions): void {
  app.post(
    secondStepPath,
    { config: { access: 'public', limit: loginLimit }, schema: { hide: true, body: SecondStepForm } },
    async (request, reply) => await finish(request, reply, request.body, options),
  )
}

async function finish(
  request: FastifyRequest,
  reply: FastifyReply,
  form: SecondStepForm,
  options: SecondStepOptions,
): Promise<FastifyReply> {
  const { challenge, factor } = form
  const given = givenIn(form)
  const page = {
    challenge,
    factor,
    factors: form.factors.split(' '),
    keep: form.keep === 'yes',
    returnTo: addressIn(form.return_to, options),
  }
  if (given === null) return await show(request, reply, options, page)
  refuseForeignCookies(request, 'cookie', options.publicUrl())
  try {
    // A program that began elsewhere gets what it asked for there: a page has only a cookie to give.
    if ((await options.secondFactor.modeOf(challenge)) !== 'cookie') throw new Failure(invalidToken)
    const answer = { challenge, given }
    const signedIn = requireSignedIn(await options.secondFactor.finish(answer, contextOf(request)))
    return await finishSignIn(reply, signedIn, page)
  } catch (error) {
    if (!(error instanceof Failure) || !isShown(error)) throw error
    return await refuse(request, reply, options, page, error)
  }
}

function isShown({ problem }: Failure): boolean {
  return problem === mfaRequired || problem === rateLimited || problem === invalidToken
}

async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  options: SecondStepOptions,
  page: Omit<SecondStepPage, 'offersRecovery'>,
  failure: Failure,
): Promise<FastifyReply> {
  noteRefusal(failure, reply)
  const { retryAfterSeconds: waitSeconds, problem } = failure
  if (waitSeconds !== null) void reply.header('retry-after', waitSeconds)
  const alert = alertFor(failure, request, options)
  const refused = { ...page, alert, ...(waitSeconds !== null && { waitSeconds }) }
  return await show(request, reply, options, refused, statusByKind[problem.kind])
}

function alertFor(failure: Failure, request: FastifyRequest, options: SecondStepOptions): Alert {
  const { problem } = failure
  const { language } = viewOf(request, options)
  const say = language.sentences('second_step')
  if (problem === rateLimited) return tooManyAlert(language, failure)
  const [title, text] =
    problem === invalidToken ? (['over', 'over_next'] as const) : (['wrong', 'wrong_next'] as const)
  return { tone: 'bad', title: say(title), text: say(text) }
}

async function show(
  request: FastifyRequest,
  reply: FastifyReply,
  options: Pick<SecondStepOptions, 'factorRecoveryHours'> & HostedPagesOptions,
  page: Omit<SecondStepPage, 'offersRecovery'>,
  status = 200,
): Promise<FastifyReply> {
  const offersRecovery = options.factorRecoveryHours > 0
  return await sendPage(reply, secondStepPage(viewOf(request, options), { ...page, offersRecovery }), status)
}

/** Shows what is missing to someone whose first factor was right: the second step, or how to add a second factor. */
export async function showSecondStep(
  request: FastifyRequest,
  reply: FastifyReply,
  options: EnrolmentPagesOptions,
  asked: FactorDemand & Pick<SecondStepPage, 'keep' | 'returnTo'>,
): Promise<FastifyReply> {
  if (asked.kind === 'factor_enrolment_required') return await showEnrolment(request, reply, options, asked)
  const { challenge, factors, keep, returnTo } = asked
  const factor = factors.find((each) => isUsable(each))
  if (challenge === null || factor === undefined) throw new Failure(mfaRequired)
  return await show(request, reply, options, { challenge, factors, factor, keep, returnTo })
}
