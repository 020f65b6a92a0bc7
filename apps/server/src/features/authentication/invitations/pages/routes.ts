import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { passwordText } from '../../../../platform/http/fields.ts'
import { addFormPages, formPageConfig } from '../../../../platform/http/form-pages.ts'
import { pageMediaType } from '../../../../platform/http/pages.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { codeExpired, codeInvalid } from '../../../authenticators/codes/model.ts'
import type { InvitationsService } from '../service.ts'
import { acceptedPage, invitationPath, passwordPage, unusableInvitationPage } from './page.ts'

const limit = { name: 'invitation-page', quota: 60, windowSeconds: 300 }
const config = { access: 'public', limit, ...formPageConfig } as const
const token = Type.String({ maxLength: 200 })
/** One more field, such as a campaign that a mail program added, must not break a link. */
const InvitationLink = Type.Object({ token })
const InvitationForm = Type.Object(
  { token, password: Type.String(passwordText) },
  { additionalProperties: false },
)

export interface InvitationPagesOptions {
  readonly invitations: Pick<InvitationsService, 'accept' | 'check'>
  readonly serviceName: string
}

/** The page of the link in an invitation. Opening it changes nothing: only its form does (A90). */
export function invitationPages(app: App, { invitations, serviceName }: InvitationPagesOptions): void {
  addFormPages(app, (pages) => {
    pages.get(
      invitationPath,
      { config, schema: { hide: true, querystring: InvitationLink } },
      async (request, reply) =>
        await answer(reply, serviceName, async () => {
          const { token: linkToken } = request.query
          await invitations.check(linkToken)
          return passwordPage(serviceName, { token: linkToken, failure: null })
        }),
    )

    pages.post(
      invitationPath,
      { config, schema: { hide: true, body: InvitationForm } },
      async (request, reply) =>
        await answer(reply, serviceName, async () => {
          try {
            await invitations.accept(request.body, contextOf(request))
            return acceptedPage(serviceName)
          } catch (error) {
            if (!isRefusal(error) || isUnusable(error)) throw error
            reply.code(422)
            return passwordPage(serviceName, { token: request.body.token, failure: error })
          }
        }),
    )
  })
}

/** Answers a token that does not work with a page that says so. */
async function answer(
  reply: FastifyReply,
  serviceName: string,
  page: () => Promise<string>,
): Promise<FastifyReply> {
  reply.type(pageMediaType)
  try {
    return await reply.send(await page())
  } catch (error) {
    if (!isUnusable(error)) throw error
    return await reply.code(422).send(unusableInvitationPage(serviceName, error))
  }
}

function isRefusal(error: unknown): error is Failure {
  return error instanceof Failure && error.problem.kind === 'invalid'
}

function isUnusable(error: unknown): error is Failure {
  return isRefusal(error) && [codeInvalid, codeExpired].includes(error.problem)
}
