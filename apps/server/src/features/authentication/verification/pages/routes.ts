import Type from 'typebox'
import type { App } from '../../../../platform/http/app.ts'
import { passwordText } from '../../../../platform/http/fields.ts'
import { addFormPages, formPageConfig } from '../../../../platform/http/form-pages.ts'
import { pageMediaType } from '../../../../platform/http/pages.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { Failure } from '../../../../platform/kernel/failures.ts'
import type { RequestContext } from '../../../../platform/kernel/request-context.ts'
import { codeExpired, codeInvalid } from '../../../authenticators/codes/model.ts'
import type { VerificationService } from '../service.ts'
import { answerPage, questionPage, verifyPath } from './page.ts'

export interface VerificationPagesOptions {
  readonly verification: Pick<VerificationService, 'lookAtLink' | 'confirmByLink'>
  /** Confirms a registration that waits for it. */
  readonly confirmation: {
    withLink(given: { token: string; password: string }, context: RequestContext): Promise<void>
  }
  readonly serviceName: string
}

/** People open a link a few times. A program that tries tokens gets nowhere with more either. */
const linkLimit = { name: 'verification-link', quota: 60, windowSeconds: 300 }

const token = Type.String({ maxLength: 100 })
/** One more field, such as a campaign that a mail program added, must not break the link. */
const LinkQuery = Type.Object({ token })
const LinkForm = Type.Object(
  { token, password: Type.Optional(Type.String(passwordText)) },
  { additionalProperties: false },
)

/**
 * The page of the links in messages. Opening it uses nothing up: mail scanners and previews open links too (A90). Only
 * the button does. The token is the proof, so the form needs no other protection from requests of other sites.
 */
export function verificationPageRoutes(app: App, options: VerificationPagesOptions): void {
  const { verification, serviceName } = options
  const config = { access: 'public', limit: linkLimit, ...formPageConfig } as const
  addFormPages(app, (pages) => {
    pages.get(
      verifyPath,
      { config, schema: { hide: true, querystring: LinkQuery } },
      async (request, reply) => {
        const { token } = request.query
        const state = await verification.lookAtLink(token)
        const works = state === 'valid' || state === 'needs_password'
        reply.code(works ? 200 : 422).type(pageMediaType)
        if (!works) return reply.send(answerPage(state, serviceName))
        return reply.send(questionPage({ token, serviceName, needsPassword: state === 'needs_password' }))
      },
    )
    pages.post(verifyPath, { config, schema: { hide: true, body: LinkForm } }, async (request, reply) => {
      const outcome = await confirm(options, request.body, contextOf(request))
      reply.code(outcome === 'confirmed' ? 200 : 422).type(pageMediaType)
      return reply.send(answerPage(outcome, serviceName))
    })
  })
}

async function confirm(
  { confirmation, verification }: VerificationPagesOptions,
  { token, password }: { readonly token: string; readonly password?: string },
  context: RequestContext,
): Promise<Parameters<typeof answerPage>[0]> {
  try {
    if (password === undefined) await verification.confirmByLink(token, context)
    else await confirmation.withLink({ token, password }, context)
    return 'confirmed'
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    if (error.problem === codeExpired) return 'expired'
    if (error.problem === codeInvalid) return password === undefined ? 'invalid' : 'refused'
    throw error
  }
}
