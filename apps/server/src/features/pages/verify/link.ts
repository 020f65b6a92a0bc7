import type { FastifyReply, FastifyRequest } from 'fastify'
import Type, { type Static } from 'typebox'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { passwordText } from '../../../platform/http/fields.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import type { VerificationService } from '../../authentication/verification/service.ts'
import { codeExpired } from '../../authenticators/codes/model.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { linkQuestionPage } from '../frame/link-question.ts'
import { linkConfig, TokenQuery } from '../frame/link-routes.ts'
import { isUnusable } from '../frame/links.ts'
import { outcomePage } from '../frame/outcome-page.ts'
import { passwordField } from '../frame/parts.ts'
import { type PageView, type ViewOptions, viewOf } from '../frame/view.ts'

export interface VerifyLinkOptions extends ViewOptions {
  readonly verification: Pick<VerificationService, 'lookAtLink' | 'confirmByLink'>
  /** Confirms a registration that waits for it. */
  readonly confirmation: {
    withLink(
      given: { readonly token: string; readonly password: string },
      context: RequestContext,
    ): Promise<void>
  }
}

const path = '/verify'
const config = linkConfig('verification-link')
const VerifyForm = Type.Object(
  { token: Type.String({ maxLength: 200 }), password: Type.Optional(Type.String(passwordText)) },
  { additionalProperties: false },
)
type VerifyForm = Static<typeof VerifyForm>

/** Confirms a contact with the link of a message. Without a link, the reader types the code: `withoutLink` is that page. */
export function verifyLinkRoutes(app: App, options: VerifyLinkOptions, withoutLink: string): void {
  app.get(path, { config, schema: { hide: true, querystring: TokenQuery } }, async (request, reply) => {
    const { token } = request.query
    if (token === undefined) return await reply.redirect(withoutLink, 303)
    const view = viewOf(request, options)
    const state = await options.verification.lookAtLink(token)
    if (state === 'expired' || state === 'invalid') return await sendPage(reply, outcomeOf(view, state), 422)
    return await sendPage(reply, questionPage(view, { token, needsPassword: state === 'needs_password' }))
  })

  app.post(
    path,
    { config, schema: { hide: true, body: VerifyForm } },
    async (request, reply) => await confirm(request, reply, request.body, options),
  )
}

async function confirm(
  request: FastifyRequest,
  reply: FastifyReply,
  { token, password }: VerifyForm,
  { confirmation, verification, ...options }: VerifyLinkOptions,
): Promise<FastifyReply> {
  const view = viewOf(request, options)
  try {
    if (password === undefined) await verification.confirmByLink(token, contextOf(request))
    else await confirmation.withLink({ token, password }, contextOf(request))
    return await sendPage(reply, outcomeOf(view, 'done'))
  } catch (error) {
    if (!isUnusable(error)) throw error
    noteRefusal(error, reply)
    const invalid = password === undefined ? 'invalid' : 'refused'
    return await sendPage(reply, outcomeOf(view, error.problem === codeExpired ? 'expired' : invalid), 422)
  }
}

interface Question {
  readonly token: string
  /** True if the link confirms a registration. Then its owner shows that it is theirs. */
  readonly needsPassword: boolean
}

function questionPage(view: PageView, { token, needsPassword }: Question): string {
  const { appearance, language } = view
  const say = language.sentences('verify_link')
  const password = { name: 'password', label: say('password'), autocomplete: 'current-password' } as const
  return linkQuestionPage(view, {
    path,
    token,
    title: say('title'),
    question: say('question'),
    text: say('question_next', { service: appearance.serviceName }),
    ...(needsPassword && { fields: passwordField(language, password) }),
    button: say('button'),
  })
}

/** What happened, or why the link does not work. */
function outcomeOf(view: PageView, outcome: 'done' | 'refused' | 'expired' | 'invalid'): string {
  const say = view.language.sentences('verify_link')
  const link = view.language.sentences('link')
  switch (outcome) {
    case 'done':
      return outcomePage(view, { tone: 'ok', title: say('done'), text: say('done_next') })
    case 'refused':
      return outcomePage(view, { tone: 'warn', title: say('refused'), text: say('refused_next') })
    case 'expired':
      return outcomePage(view, { tone: 'warn', title: link('expired'), text: say('expired_next') })
    case 'invalid':
      return outcomePage(view, { tone: 'warn', title: link('title'), text: say('invalid_next') })
  }
}
