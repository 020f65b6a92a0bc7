import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { passwordText } from '../../../platform/http/fields.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import { Failure } from '../../../platform/kernel/failures.ts'
import type { InvitationsService } from '../../authentication/invitations/service.ts'
import { fieldErrors } from '../frame/field-errors.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { answerLink, linkConfig, TokenQuery } from '../frame/link-routes.ts'
import { isUnusable } from '../frame/links.ts'
import { type ViewOptions, viewOf } from '../frame/view.ts'
import { acceptedPage, invitationPage, invitationPath, unusableNext } from './page.ts'

export interface InvitationPagesOptions extends ViewOptions {
  readonly invitations: Pick<InvitationsService, 'accept' | 'check'>
  readonly passwordLengthMin: number
}

const config = linkConfig('invitation-page')
const InvitationForm = Type.Object(
  { token: Type.String({ maxLength: 200 }), password: Type.String(passwordText) },
  { additionalProperties: false },
)
type InvitationForm = Static<typeof InvitationForm>

/** Sets the first password of an account that an administrator has made. */
export function invitationRoutes(app: App, options: InvitationPagesOptions): void {
  app.get(
    invitationPath,
    { config, schema: { hide: true, querystring: TokenQuery } },
    async (request, reply) => {
      const view = viewOf(request, options)
      const { token = '' } = request.query
      return await answerLink(reply, view, unusableNext(view), async () => {
        await options.invitations.check(token)
        return await sendPage(reply, invitationPage(view, { ...options, token }))
      })
    },
  )

  app.post(
    invitationPath,
    { config, schema: { hide: true, body: InvitationForm } },
    async (request, reply) => await accept(request, reply, request.body, options),
  )
}

async function accept(
  request: FastifyRequest,
  reply: FastifyReply,
  form: InvitationForm,
  options: InvitationPagesOptions,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  return await answerLink(reply, view, unusableNext(view), async () => {
    try {
      await options.invitations.accept(form, contextOf(request))
      return await sendPage(reply, acceptedPage(view))
    } catch (error) {
      if (!isCorrectable(error)) throw error
      noteRefusal(error, reply)
      const errors = fieldErrors(view.language, error, options)
      return await sendPage(reply, invitationPage(view, { ...options, token: form.token, errors }), 422)
    }
  })
}

/** True if the reader can choose another password. */
function isCorrectable(error: unknown): error is Failure {
  return error instanceof Failure && error.problem.kind === 'invalid' && !isUnusable(error)
}
