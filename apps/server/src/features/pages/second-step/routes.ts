import type { FastifyReply, FastifyRequest } from 'fastify'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { statusByKind } from '../../../platform/http/problem.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { setDeviceCookie } from '../../../platform/http/trusted-device.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { invalidToken, rateLimited } from '../../../platform/kernel/problems.ts'
import { sendLimit } from '../../authentication/second-factor/limits/answer.ts'
import type { SecondFactorService } from '../../authentication/second-factor/service.ts'
import { loginLimit, refuseForeignCookies } from '../../authentication/sign-in/answer.ts'
import { type FactorDemand, mfaRequired, requireSignedIn } from '../../authentication/sign-in/model.ts'
import { isContactKind } from '../../authenticators/contact-codes/model.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'
import { tooSoonAlert } from '../frame/code-form.ts'
import { type HostedPagesOptions, sendPage } from '../frame/hosted-pages.ts'
import { outcomePage, signInLink } from '../frame/outcome-page.ts'
import { type Alert, tooManyAlert } from '../frame/parts.ts'
import { addressIn, finishSignIn } from '../frame/sign-in-answer.ts'
import { viewOf } from '../frame/view.ts'
import { type EnrolmentPagesOptions, showEnrolment } from './enrolment/routes.ts'
import { type SecondStepPage, secondStepPage, secondStepPath, sendCodePath } from './page.ts'
import { givenIn, isUsable, SecondStepForm, SendCodeForm } from './schema.ts'

export interface SecondStepOptions extends HostedPagesOptions {
  readonly factorRecoveryHours: number
  readonly trustedDeviceDays: number
  readonly secondFactor: Pick<SecondFactorService, 'finish' | 'modeOf' | 'sendCode'>
}

/** What the pages of a sign-in need that may lead to the second step. */
export interface SecondStepStart extends EnrolmentPagesOptions {
  readonly secondFactor: Pick<SecondFactorService, 'sendCode'>
}

interface ShownPage extends Omit<SecondStepPage, 'offersRecovery' | 'trustDays'> {
  readonly mayTrust: boolean
}
type ShownOptions = HostedPagesOptions & Pick<SecondStepOptions, 'factorRecoveryHours' | 'trustedDeviceDays'>

/** Finishes a sign-in that began on the sign-in page. */
export function secondStepRoutes(app: App, options: SecondStepOptions): void {
  app.post(
    secondStepPath,
    { config: { access: 'public', limit: loginLimit }, schema: { hide: true, body: SecondStepForm } },
    async (request, reply) => await finish(request, reply, request.body, options),
  )

  app.post(
    sendCodePath,
    { config: { access: 'public', limit: sendLimit }, schema: { hide: true, body: SendCodeForm } },
    async (request, reply) => await send(request, reply, request.body, options),
  )
}

/** Sends a code, and asks for it. */
async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  form: SendCodeForm,
  options: SecondStepOptions,
): Promise<FastifyReply> {
  refuseForeignCookies(request, 'cookie', options.publicUrl())
  const { challenge, factor } = form
  const page = pageOf(form, options)
  try {
    if ((await options.secondFactor.modeOf(challenge)) !== 'cookie') throw new Failure(invalidToken)
    return await sendAndShow(request, reply, options, { ...page, factor })
  } catch (error) {
    if (!(error instanceof Failure) || !isShown(error)) throw error
    return await refuse(request, reply, options, page, error)
  }
}

async function sendAndShow(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ShownOptions & Pick<SecondStepStart, 'secondFactor'>,
  page: ShownPage & { readonly factor: ContactKind },
): Promise<FastifyReply> {
  const { isTooSoon, waitSeconds } = await options.secondFactor.sendCode(
    page.challenge,
    page.factor,
    contextOf(request),
  )
  const { language } = viewOf(request, options)
  const alert = isTooSoon ? tooSoonAlert(language, { retryAfterSeconds: waitSeconds }) : undefined
  const sent = { ...page, resendSeconds: waitSeconds, ...(alert !== undefined && { alert }) }
  return await show(request, reply, options, sent)
}

function pageOf(form: SecondStepForm | SendCodeForm, options: HostedPagesOptions): ShownPage {
  return {
    challenge: form.challenge,
    factor: form.factor,
    factors: form.factors.split(' '),
    keep: form.keep === 'yes',
    mayTrust: form.may_trust === 'yes',
    returnTo: addressIn(form.return_to, options),
  }
}

async function finish(
  request: FastifyRequest,
  reply: FastifyReply,
  form: SecondStepForm,
  options: SecondStepOptions,
): Promise<FastifyReply> {
  const { challenge } = form
  const given = givenIn(form)
  const page = pageOf(form, options)
  if (given === null) return await show(request, reply, options, page)
  refuseForeignCookies(request, 'cookie', options.publicUrl())
  try {
    // A program that began elsewhere gets what it asked for there: a page has only a cookie to give.
    if ((await options.secondFactor.modeOf(challenge)) !== 'cookie') throw new Failure(invalidToken)
    const answer = { challenge, given, trustsDevice: form.trust_device === 'yes' }
    const { device, outcome } = await options.secondFactor.finish(answer, contextOf(request))
    const signedIn = requireSignedIn(outcome)
    if (device !== null) setDeviceCookie(reply, device)
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
  page: ShownPage,
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
  options: ShownOptions,
  page: ShownPage,
  status = 200,
): Promise<FastifyReply> {
  const trustDays = page.mayTrust ? options.trustedDeviceDays : 0
  // There is nothing to remove from an account that has added no factor.
  const offersRecovery =
    options.factorRecoveryHours > 0 && !page.factors.every((factor) => isContactKind(factor))
  return await sendPage(
    reply,
    secondStepPage(viewOf(request, options), { ...page, offersRecovery, trustDays }),
    status,
  )
}

/** Shows what is missing to someone whose first factor was right: the second step, or how to add a second factor. */
export async function showSecondStep(
  request: FastifyRequest,
  reply: FastifyReply,
  options: SecondStepStart,
  asked: FactorDemand & Pick<SecondStepPage, 'keep' | 'returnTo'>,
): Promise<FastifyReply> {
  if (asked.kind === 'factor_enrolment_required') return await showEnrolment(request, reply, options, asked)
  const { challenge, factors, keep, mayTrustDevice: mayTrust, returnTo } = asked
  const factor = factors.find((each) => isUsable(each))
  if (factors.length === 0) return await showUnavailable(request, reply, options)
  if (challenge === null || factor === undefined) throw new Failure(mfaRequired)
  const page = { challenge, factors, keep, mayTrust, returnTo }
  if (isContactKind(factor)) return await sendAndShow(request, reply, options, { ...page, factor })
  return await show(request, reply, options, { ...page, factor })
}

/** No second factor of the account can be given after this first one. */
async function showUnavailable(
  request: FastifyRequest,
  reply: FastifyReply,
  options: HostedPagesOptions,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  const say = view.language.sentences('second_step')
  const [title, text] = [say('unavailable'), say('unavailable_next')]
  noteRefusal(new Failure(mfaRequired), reply)
  return await sendPage(reply, outcomePage(view, { tone: 'warn', title, text, next: signInLink(view) }), 401)
}
