import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { linkQuestionPage } from '../frame/link-question.ts'
import { linkConfig, TokenForm, TokenQuery } from '../frame/link-routes.ts'
import { outcomePage } from '../frame/outcome-page.ts'
import { type PageView, type ViewOptions, viewOf } from '../frame/view.ts'
import { type Refusal, refusalOf } from './refusal.ts'

export interface ConfirmContactOptions extends ViewOptions {
  readonly contactChangeConfirmations: {
    lookAtLink(token: string): Promise<'valid' | 'expired' | 'invalid'>
    confirmByLink(token: string, context: RequestContext): Promise<void>
  }
}

const path = '/verify/change'
const config = linkConfig('contact-link')

/** Confirms a new contact of an account with the link of the message that was sent there. */
export function confirmContactRoutes(app: App, options: ConfirmContactOptions): void {
  const { contactChangeConfirmations: confirmations } = options

  app.get(path, { config, schema: { hide: true, querystring: TokenQuery } }, async (request, reply) => {
    const view = viewOf(request, options)
    const { token = '' } = request.query
    const state = await confirmations.lookAtLink(token)
    if (state === 'valid') return await sendPage(reply, questionPage(view, token))
    return await sendPage(reply, refusedPage(view, state), 422)
  })

  app.post(path, { config, schema: { hide: true, body: TokenForm } }, async (request, reply) => {
    const view = viewOf(request, options)
    try {
      await confirmations.confirmByLink(request.body.token, contextOf(request))
      return await sendPage(reply, donePage(view))
    } catch (error) {
      const { failure, refusal } = refusalOf(error)
      noteRefusal(failure, reply)
      return await sendPage(reply, refusedPage(view, refusal), 422)
    }
  })
}

function questionPage(view: PageView, token: string): string {
  const { appearance, language } = view
  const say = language.sentences('verify_change')
  const shared = language.sentences('verify_link')
  return linkQuestionPage(view, {
    path,
    token,
    title: shared('title'),
    question: say('question'),
    text: say('question_next', { service: appearance.serviceName }),
    button: shared('button'),
  })
}

function donePage(view: PageView): string {
  const { language } = view
  const text = language.sentences('verify_change')('done_next')
  return outcomePage(view, { tone: 'ok', title: language.sentences('verify_link')('done'), text })
}

function refusedPage(view: PageView, refusal: Refusal): string {
  const say = view.language.sentences('verify_change')
  const link = view.language.sentences('link')
  switch (refusal) {
    case 'expired':
      return outcomePage(view, { tone: 'warn', title: link('expired'), text: say('expired_next') })
    case 'invalid':
      return outcomePage(view, { tone: 'warn', title: link('title'), text: say('invalid_next') })
    case 'taken':
      return outcomePage(view, { tone: 'warn', title: say('taken'), text: say('taken_next') })
  }
}
