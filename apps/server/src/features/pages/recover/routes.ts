import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { statusByKind } from '../../../platform/http/problem.ts'
import { workField, workSolution } from '../../../platform/http/proof-of-work.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import { forbidden, rateLimited, validationFailed } from '../../../platform/kernel/problems.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { requestLimit, verifyLimit } from '../../authentication/recovery/limits/answer.ts'
import { recoveryWaiting } from '../../authentication/recovery/model.ts'
import { resendSeconds, typedCodeUnitsMax } from '../../authenticators/codes/model.ts'
import { recoveryWork } from '../../safeguards/proof-of-work/answer.ts'
import { codeAlert } from '../frame/code-form.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { isUnusable } from '../frame/links.ts'
import { tooManyAlert } from '../frame/parts.ts'
import { recoverPath } from '../frame/paths.ts'
import { type PageView, viewOf } from '../frame/view.ts'
import { checkPath, closedPage, codePage, sendPath, startPage, waitingPage } from './code-pages.ts'
import { type ResetOptions, resetRoutes } from './reset.ts'
import { resetPage } from './reset-page.ts'

export interface RecoverPagesOptions extends ResetOptions {
  readonly recoveryRequests: { request(identifier: string, context: RequestContext): Promise<void> }
  readonly recoveryProofs: {
    verify(identifier: string, code: string, context: RequestContext): Promise<string>
  }
}

const identifier = Type.String({ maxLength: 400 })
const SendForm = Type.Object({ identifier, [workField]: workSolution }, { additionalProperties: false })
const CheckForm = Type.Object(
  { identifier, code: Type.String({ maxLength: typedCodeUnitsMax }) },
  { additionalProperties: false },
)
type CheckForm = Static<typeof CheckForm>

/** A new password for owners who have lost theirs: whose it is, the code, the new password. */
export function recoverRoutes(app: App, options: RecoverPagesOptions): void {
  resetRoutes(app, options, startPage)
  for (const path of [sendPath, checkPath])
    app.get(path, { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
      reply.redirect(recoverPath, 303),
    )

  app.post(
    sendPath,
    {
      config: { access: 'public', limit: requestLimit, work: recoveryWork },
      schema: { hide: true, body: SendForm },
    },
    async (request, reply) => await send(request, reply, request.body.identifier, options),
  )

  app.post(
    checkPath,
    { config: { access: 'public', limit: verifyLimit }, schema: { hide: true, body: CheckForm } },
    async (request, reply) => await check(request, reply, request.body, options),
  )
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  typed: string,
  options: RecoverPagesOptions,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  try {
    await options.recoveryRequests.request(typed, contextOf(request))
    return await sendPage(reply, codePage(view, { identifier: typed, waitSeconds: resendSeconds }))
  } catch (error) {
    const failure = refusal(error, [forbidden, validationFailed])
    noteRefusal(failure, reply)
    const status = statusByKind[failure.problem.kind]
    if (failure.problem === forbidden) return await sendPage(reply, closedPage(view), status)
    const unreadable = view.language.sentences('sign_in')('unreadable')
    return await sendPage(reply, startPage(view, { identifier: typed, error: unreadable }), status)
  }
}

async function check(
  request: FastifyRequest,
  reply: FastifyReply,
  { identifier: typed, code }: CheckForm,
  options: RecoverPagesOptions,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  try {
    const token = await options.recoveryProofs.verify(typed, code, contextOf(request))
    const grant = { purpose: 'recovery_token', token } as const
    const hasPassword = await options.recoveryReset.hasPassword(grant)
    return await sendPage(reply, resetPage(view, { ...options, grant, hasPassword }))
  } catch (error) {
    const failure = isUnusable(error) ? error : refusal(error, [recoveryWaiting, rateLimited])
    return await refuseCode(reply, view, typed, failure)
  }
}

async function refuseCode(
  reply: FastifyReply,
  view: PageView,
  typed: string,
  failure: Failure,
): Promise<FastifyReply> {
  noteRefusal(failure, reply)
  const { problem, retryAfterSeconds } = failure
  const status = statusByKind[problem.kind]
  if (problem === recoveryWaiting)
    return await sendPage(reply, waitingPage(view, new Date(String(failure.members['usable_at']))), status)
  if (retryAfterSeconds !== null) void reply.header('retry-after', retryAfterSeconds)
  const isLimited = problem === rateLimited
  const alert = isLimited ? tooManyAlert(view.language, failure) : codeAlert(view.language, failure)
  return await sendPage(reply, codePage(view, { identifier: typed, waitSeconds: 0, alert }), status)
}

/** @throws the error, unless it is a failure with one of these problems */
function refusal(error: unknown, problems: readonly Failure['problem'][]): Failure {
  if (error instanceof Failure && problems.includes(error.problem)) return error
  throw error
}
