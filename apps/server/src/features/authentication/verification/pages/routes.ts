import Type from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { addFormPages, formPageConfig, forOnePerson } from '../../../../platform/http/form-pages.ts'
import { pageMediaType } from '../../../../platform/http/pages.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import { codeExpired, codeInvalid } from '../../../authenticators/codes/model.ts'
import type { LinkState } from '../model.ts'
import type { VerificationService } from '../service.ts'
import { answerPage, questionPage } from './page.ts'

export interface VerificationPagesOptions {
  readonly verification: Pick<VerificationService, 'lookAtLink' | 'confirmByLink'>
  readonly serviceName: string
}

/** People open a link a few times. A program that tries tokens gets nowhere with more either. */
const linkLimit = { name: 'verification-link', quota: 60, windowSeconds: 300 }

/** One more field, such as a campaign that a mail program added, must not break the link. */
const LinkQuery = Type.Object({ token: Type.String({ maxLength: 100 }) })
const LinkForm = Type.Object({ token: Type.String({ maxLength: 100 }) }, { additionalProperties: false })

/**
 * The page of the links in messages. Opening it uses nothing up: mail scanners and previews open links too (A90). Only
 * the button does. The token is the proof, so the form needs no other protection from requests of other sites.
 */
export function verificationPageRoutes(
  app: App,
  { verification, serviceName }: VerificationPagesOptions,
): void {
  const config = { access: 'public', limit: linkLimit, ...formPageConfig } as const
  addFormPages(app, (pages) => {
    pages.get(
      '/verify',
      { config, schema: { hide: true, querystring: LinkQuery } },
      async (request, reply) => {
        const { token } = request.query
        const state = await verification.lookAtLink(token)
        reply
          .code(state === 'valid' ? 200 : 422)
          .type(pageMediaType)
          .headers(forOnePerson)
        return reply.send(
          state === 'valid' ? questionPage(token, serviceName) : answerPage(state, serviceName),
        )
      },
    )
    pages.post('/verify', { config, schema: { hide: true, body: LinkForm } }, async (request, reply) => {
      const state = await confirm(verification, request.body.token, contextOf(request))
      reply
        .code(state === 'valid' ? 200 : 422)
        .type(pageMediaType)
        .headers(forOnePerson)
      return reply.send(answerPage(state === 'valid' ? 'confirmed' : state, serviceName))
    })
  })
}

async function confirm(
  verification: VerificationPagesOptions['verification'],
  token: string,
  context: ReturnType<typeof contextOf>,
): Promise<LinkState> {
  try {
    await verification.confirmByLink(token, context)
    return 'valid'
  } catch (error) {
    if (error instanceof Failure && error.problem === codeExpired) return 'expired'
    if (error instanceof Failure && error.problem === codeInvalid) return 'invalid'
    throw error
  }
}
