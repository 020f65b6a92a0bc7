import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { RecoveryGrant } from '../../authentication/recovery/model.ts'
import { fieldErrors } from '../frame/field-errors.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { answerLink, linkConfig, TokenQuery } from '../frame/link-routes.ts'
import { isUnusable } from '../frame/links.ts'
import { outcomePage, signInLink } from '../frame/outcome-page.ts'
import { recoverPath, signInPath } from '../frame/paths.ts'
import { secretPage } from '../frame/secret-page.ts'
import { type PageView, type ViewOptions, viewOf } from '../frame/view.ts'
import { resetPage } from './reset-page.ts'

export interface ResetOptions extends ViewOptions {
  readonly recoveryReset: {
    hasPassword(grant: RecoveryGrant): Promise<boolean>
    reset(
      given: { readonly grant: RecoveryGrant; readonly newPassword?: string },
      context: RequestContext,
    ): Promise<string | null>
  }
  readonly passwordLengthMin: number
}

const config = linkConfig('recovery-page')
const token = Type.String({ maxLength: 200 })
const ResetForm = Type.Object(
  {
    token: Type.Optional(token),
    recovery_token: Type.Optional(token),
    new_password: Type.Optional(Type.String({ maxLength: 4_096 })),
  },
  { additionalProperties: false },
)
type ResetForm = Static<typeof ResetForm>

/** Sets a new password, with the link of a message or with the token for a code. `start` is the page without a link. */
export function resetRoutes(app: App, options: ResetOptions, start: (view: PageView) => string): void {
  app.get(
    recoverPath,
    { config, schema: { hide: true, querystring: TokenQuery } },
    async (request, reply) => {
      const view = viewOf(request, options)
      const { token: linkToken } = request.query
      if (linkToken === undefined) return await sendPage(reply, start(view))
      const grant = { purpose: 'recovery', token: linkToken } as const
      return await answerLink(reply, view, unusable(view), async () => {
        const hasPassword = await options.recoveryReset.hasPassword(grant)
        return await sendPage(reply, resetPage(view, { ...options, grant, hasPassword }))
      })
    },
  )

  app.post(
    recoverPath,
    { config, schema: { hide: true, body: ResetForm } },
    async (request, reply) => await reset(request, reply, request.body, options),
  )
}

async function reset(
  request: FastifyRequest,
  reply: FastifyReply,
  { new_password: newPassword, ...tokens }: ResetForm,
  options: ResetOptions,
): Promise<FastifyReply> {
  const { recoveryReset } = options
  const view = viewOf(request, options)
  const grant = grantOf(tokens)
  return await answerLink(reply, view, unusable(view), async () => {
    const hasPassword = await recoveryReset.hasPassword(grant)
    try {
      const given = { grant, ...(newPassword !== undefined && { newPassword }) }
      const secret = await recoveryReset.reset(given, contextOf(request))
      return await sendPage(reply, secret === null ? donePage(view) : newSecretPage(view, secret))
    } catch (error) {
      if (!isCorrectable(error)) throw error
      noteRefusal(error, reply)
      const errors = fieldErrors(view.language, error, options)
      return await sendPage(reply, resetPage(view, { ...options, grant, hasPassword, errors }), 422)
    }
  })
}

function grantOf({ token: linkToken, recovery_token }: Omit<ResetForm, 'new_password'>): RecoveryGrant {
  return recovery_token === undefined
    ? { purpose: 'recovery', token: linkToken ?? '' }
    : { purpose: 'recovery_token', token: recovery_token }
}

/** True if the owner can choose another password. */
function isCorrectable(error: unknown): error is Failure {
  return error instanceof Failure && error.problem.kind === 'invalid' && !isUnusable(error)
}

function unusable({ language }: PageView): string {
  return language.sentences('recover')('unusable_next')
}

function donePage(view: PageView): string {
  const say = view.language.sentences('recover')
  return outcomePage(view, {
    tone: 'ok',
    title: say('done'),
    text: say('done_next'),
    next: signInLink(view),
  })
}

function newSecretPage(view: PageView, userSecret: string): string {
  return secretPage(view, { userSecret, nextAddress: `${signInPath}?way=secret` })
}
