import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import { optionalUser } from '../../../../platform/http/access.ts'
import type { App } from '../../../../platform/http/app.ts'
import { noteRefusal } from '../../../../platform/http/errors.ts'
import { setFlowCookie } from '../../../../platform/http/flow-cookie.ts'
import { statusByKind } from '../../../../platform/http/problem.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { rateLimited } from '../../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import { loginLimit, refuseForeignCookies } from '../../../authentication/sign-in/answer.ts'
import { invalidCredentials } from '../../../authentication/sign-in/model.ts'
import { requestLimit } from '../../../authentication/sign-in-codes/limits/answer.ts'
import {
  flowCookieSeconds,
  flowLengthMax,
  type SignInCodeRequest,
} from '../../../authentication/sign-in-codes/model.ts'
import type { CodeSignIn } from '../../../authentication/sign-in-codes/service.ts'
import { resendSeconds, typedCodeUnitsMax } from '../../../authenticators/codes/model.ts'
import { codeAlert, tooSoonAlert } from '../../frame/code-form.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { isUnusable } from '../../frame/links.ts'
import { type Alert, tooManyAlert } from '../../frame/parts.ts'
import { accountPath, signInCodePath as startPath } from '../../frame/paths.ts'
import { addressIn } from '../../frame/sign-in-answer.ts'
import { type PageView, viewOf } from '../../frame/view.ts'
import type { SecondStepStart } from '../../second-step/routes.ts'
import { finishCodeSignIn } from './finish.ts'
import { type CodePage, checkPath, codePage, sendPath, startPage } from './page.ts'

export interface SignInCodePagesOptions extends SecondStepStart {
  readonly signInCodeRequests: {
    request(asked: SignInCodeRequest, context: RequestContext): Promise<string>
  }
  readonly codeSignIn: Pick<CodeSignIn, 'byCode' | 'byLink'>
  /** How long a session lasts if the reader does not want to stay signed in. */
  readonly briefSessionSeconds: number
}

const address = Type.String({ maxLength: 2_000 })
/** A link may have one more field, such as a campaign that a mail program added. */
const StartQuery = Type.Object({ return_to: Type.Optional(address) })

const shared = {
  identifier: Type.String({ maxLength: 400 }),
  keep: Type.Optional(Type.Literal('yes')),
  return_to: Type.Optional(address),
}
const flow = Type.String({ maxLength: flowLengthMax })
const SendForm = Type.Object({ ...shared, flow: Type.Optional(flow) }, { additionalProperties: false })
type SendForm = Static<typeof SendForm>
const CheckForm = Type.Object(
  { ...shared, flow, code: Type.String({ maxLength: typedCodeUnitsMax }) },
  { additionalProperties: false },
)
type CheckForm = Static<typeof CheckForm>

const limit = { name: 'sign-in-code-page', quota: 300, windowSeconds: 300 }

/** Signing in with a code: who it is, and the code. */
export function signInCodePages(app: App, options: SignInCodePagesOptions): void {
  app.get(
    startPath,
    {
      config: { access: 'optional', openToUnverified: true, limit },
      schema: { hide: true, querystring: StartQuery },
    },
    async (request, reply) => {
      const returnTo = addressIn(request.query.return_to, options)
      if (optionalUser(request) !== null) return await reply.redirect(returnTo ?? accountPath, 303)
      return await sendPage(reply, startPage(viewOf(request, options), { returnTo }))
    },
  )

  // Someone who opens the address of a form begins again.
  for (const path of [sendPath, checkPath])
    app.get(path, { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
      reply.redirect(startPath, 303),
    )

  app.post(
    sendPath,
    { config: { access: 'public', limit: requestLimit }, schema: { hide: true, body: SendForm } },
    async (request, reply) => await send(request, reply, request.body, options),
  )

  app.post(
    checkPath,
    { config: { access: 'public', limit: loginLimit }, schema: { hide: true, body: CheckForm } },
    async (request, reply) => await check(request, reply, request.body, options),
  )
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  form: SendForm,
  options: SignInCodePagesOptions,
): Promise<FastifyReply> {
  refuseForeignCookies(request, 'cookie', options.publicUrl())
  const { identifier } = form
  const view = viewOf(request, options)
  const asked = { identifier, delivery: 'link', after: form.flow ?? null } as const
  const flow = await options.signInCodeRequests.request(asked, contextOf(request))
  const page = { flow, identifier, keep: form.keep === 'yes', returnTo: addressIn(form.return_to, options) }
  setFlowCookie(reply, page, flowCookieSeconds)
  const isSame = flow === form.flow
  const alert = isSame ? tooSoonAlert(view.language, { retryAfterSeconds: resendSeconds }) : undefined
  return await sendPage(
    reply,
    codePage(view, { ...page, waitSeconds: resendSeconds, ...(alert !== undefined && { alert }) }),
  )
}

async function check(
  request: FastifyRequest,
  reply: FastifyReply,
  form: CheckForm,
  options: SignInCodePagesOptions,
): Promise<FastifyReply> {
  refuseForeignCookies(request, 'cookie', options.publicUrl())
  const { identifier, flow, code } = form
  const page = { flow, identifier, keep: form.keep === 'yes', returnTo: addressIn(form.return_to, options) }
  try {
    const given = { flow, code, ...sessionOf(page, options) }
    const outcome = await options.codeSignIn.byCode(given, contextOf(request))
    return await finishCodeSignIn(request, reply, options, { ...page, outcome })
  } catch (error) {
    const failure = shownFailure(error)
    return await refuse(reply, viewOf(request, options), page, failure)
  }
}

/** The session that the reader wants. */
export function sessionOf(
  { keep }: { readonly keep: boolean },
  { briefSessionSeconds }: Pick<SignInCodePagesOptions, 'briefSessionSeconds'>,
) {
  return { mode: 'cookie', ...(!keep && { lifeSecondsMax: briefSessionSeconds }) } as const
}

async function refuse(
  reply: FastifyReply,
  view: PageView,
  page: Omit<CodePage, 'waitSeconds'>,
  failure: Failure,
): Promise<FastifyReply> {
  noteRefusal(failure, reply)
  const { problem, retryAfterSeconds } = failure
  if (retryAfterSeconds !== null) void reply.header('retry-after', retryAfterSeconds)
  const refused = { ...page, waitSeconds: 0, alert: alertFor(view, failure) }
  return await sendPage(reply, codePage(view, refused), statusByKind[problem.kind])
}

function alertFor({ language }: PageView, failure: Failure): Alert {
  return failure.problem === rateLimited ? tooManyAlert(language, failure) : codeAlert(language, failure)
}

/** @throws the error, unless the page itself explains it */
function shownFailure(error: unknown): Failure {
  if (isUnusable(error)) return error
  if (error instanceof Failure && [rateLimited, invalidCredentials].includes(error.problem)) return error
  throw error
}
