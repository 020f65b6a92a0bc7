import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { noteRefusal } from '../../../../platform/http/errors.ts'
import { statusByKind } from '../../../../platform/http/problem.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { Principal } from '../../../../platform/kernel/principal.ts'
import { invalidToken, rateLimited, stepUpRequired } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import { loginLimit, refuseForeignCookies } from '../../../authentication/sign-in/answer.ts'
import { factorEnrolmentRequired } from '../../../authentication/sign-in/model.ts'
import { codeInvalid } from '../../../authenticators/codes/model.ts'
import { type TotpEnrolment, totpNotStarted } from '../../../authenticators/totp/model.ts'
import type { SessionsService } from '../../../session-management/sessions/service.ts'
import { type HostedPagesOptions, sendPage } from '../../frame/hosted-pages.ts'
import { outcomePage, signInLink } from '../../frame/outcome-page.ts'
import { type Alert, tooManyAlert } from '../../frame/parts.ts'
import { signInPath } from '../../frame/paths.ts'
import { recoveryCodesPage } from '../../frame/secret-page.ts'
import { addressIn } from '../../frame/sign-in-answer.ts'
import { type PageView, viewOf } from '../../frame/view.ts'
import { enrolmentPage, enrolmentPath } from './page.ts'

export interface EnrolmentPagesOptions extends HostedPagesOptions {
  /** 0 if the second step does not offer the recovery of a lost factor. */
  readonly factorRecoveryHours: number
  readonly trustedDeviceDays: number
  readonly sessions: Pick<SessionsService, 'principalByEnrolment'>
  readonly totpEnrolments: {
    start(caller: Principal): Promise<TotpEnrolment>
    started(caller: Principal, secret: string): Promise<TotpEnrolment>
    confirm(caller: Principal, code: string, context: RequestContext): Promise<readonly string[] | null>
  }
}

const EnrolmentForm = Type.Object(
  {
    enrolment: Type.String({ maxLength: 200 }),
    /** What the last answer showed, and may be shown again. */
    secret: Type.String({ maxLength: 100 }),
    code: Type.String({ maxLength: 100 }),
    return_to: Type.Optional(Type.String({ maxLength: 2_000 })),
  },
  { additionalProperties: false },
)
type EnrolmentForm = Static<typeof EnrolmentForm>

/** Adds the first second factor to an account that must have one. */
export function enrolmentRoutes(app: App, options: EnrolmentPagesOptions): void {
  app.post(
    enrolmentPath,
    { config: { access: 'public', limit: loginLimit }, schema: { hide: true, body: EnrolmentForm } },
    async (request, reply) => await confirm(request, reply, request.body, options),
  )
}

/** Shows the page to someone whose first factor was right. */
export async function showEnrolment(
  request: FastifyRequest,
  reply: FastifyReply,
  options: EnrolmentPagesOptions,
  { enrolment, returnTo }: { readonly enrolment: string | null; readonly returnTo: string | null },
): Promise<FastifyReply> {
  if (enrolment === null) throw new Failure(factorEnrolmentRequired)
  const caller = await options.sessions.principalByEnrolment(enrolment)
  const app = await options.totpEnrolments.start(caller)
  return await sendPage(reply, enrolmentPage(viewOf(request, options), { enrolment, app, returnTo }))
}

async function confirm(
  request: FastifyRequest,
  reply: FastifyReply,
  form: EnrolmentForm,
  options: EnrolmentPagesOptions,
): Promise<FastifyReply> {
  refuseForeignCookies(request, 'cookie', options.publicUrl())
  const { sessions, totpEnrolments } = options
  try {
    const caller = await sessions.principalByEnrolment(form.enrolment)
    const codes = (await totpEnrolments.confirm(caller, form.code, contextOf(request))) ?? []
    const nextAddress = signInAddress(addressIn(form.return_to, options))
    return await sendPage(reply, recoveryCodesPage(viewOf(request, options), { codes, nextAddress }))
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return await refuse(request, reply, options, form, error)
  }
}

/** The sign-in must begin again: it took too long, or it has added a factor before. */
const over = [invalidToken, stepUpRequired, totpNotStarted]
const shown = [codeInvalid, rateLimited]

async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  options: EnrolmentPagesOptions,
  form: EnrolmentForm,
  failure: Failure,
): Promise<FastifyReply> {
  const { problem, retryAfterSeconds } = failure
  if (!over.includes(problem) && !shown.includes(problem)) throw failure
  noteRefusal(failure, reply)
  if (retryAfterSeconds !== null) void reply.header('retry-after', retryAfterSeconds)
  const view = viewOf(request, options)
  const status = statusByKind[problem.kind]
  const app = over.includes(problem) ? null : await startedIn(form, options)
  if (app === null) return await sendPage(reply, overPage(view), status)
  const { enrolment, return_to } = form
  const page = { enrolment, app, returnTo: addressIn(return_to, options), alert: alertFor(view, failure) }
  return await sendPage(reply, enrolmentPage(view, page), status)
}

/** What the form began. Null if another sign-in has begun in the meantime. */
async function startedIn(
  { enrolment, secret }: EnrolmentForm,
  { sessions, totpEnrolments }: EnrolmentPagesOptions,
): Promise<TotpEnrolment | null> {
  try {
    return await totpEnrolments.started(await sessions.principalByEnrolment(enrolment), secret)
  } catch (error) {
    if (error instanceof Failure && over.includes(error.problem)) return null
    throw error
  }
}

function alertFor({ language }: PageView, failure: Failure): Alert {
  const say = language.sentences('second_step')
  if (failure.problem === rateLimited) return tooManyAlert(language, failure)
  return { tone: 'bad', title: say('wrong'), text: say('wrong_next') }
}

function overPage(view: PageView): string {
  const { language } = view
  const title = language.sentences('second_step')('over')
  const text = language.sentences('enrolment')('over_next')
  return outcomePage(view, { tone: 'warn', title, text, next: signInLink(view) })
}

function signInAddress(returnTo: string | null): string {
  return returnTo === null ? signInPath : `${signInPath}?return_to=${encodeURIComponent(returnTo)}`
}
