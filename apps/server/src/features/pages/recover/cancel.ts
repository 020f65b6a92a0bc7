import type { App } from '../../../platform/http/app.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { linkQuestion, linkQuestionPage } from '../frame/link-question.ts'
import { linkConfig, TokenForm, TokenQuery } from '../frame/link-routes.ts'
import { outcomePage, signInLink } from '../frame/outcome-page.ts'
import type { PageView, ViewOptions } from '../frame/view.ts'

export interface CancelOptions extends ViewOptions {
  readonly recoveryWaits: {
    checkLink(token: string): Promise<unknown>
    cancel(token: string, context: RequestContext): Promise<void>
  }
}

const path = '/recover/cancel'
const config = linkConfig('recovery-page')

/** Cancels a recovery that waits, with the link of its notification. */
export function cancelRoutes(app: App, options: CancelOptions): void {
  const { recoveryWaits } = options
  const link = linkQuestion(options, {
    unusableNext: (view) => view.language.sentences('recover')('unusable_next'),
    check: (token) => recoveryWaits.checkLink(token),
    question: questionPage,
    act: async (view, token, context) => {
      await recoveryWaits.cancel(token, context)
      return donePage(view)
    },
  })

  app.get(path, { config, schema: { hide: true, querystring: TokenQuery } }, async (request, reply) =>
    link.open(request, reply, request.query.token),
  )
  app.post(path, { config, schema: { hide: true, body: TokenForm } }, async (request, reply) =>
    link.send(request, reply, request.body.token),
  )
}

function questionPage(view: PageView, token: string): string {
  const say = view.language.sentences('recover_cancel')
  return linkQuestionPage(view, {
    path,
    token,
    title: say('title'),
    question: say('question'),
    text: say('question_next', { service: view.appearance.serviceName }),
    button: say('button'),
  })
}

function donePage(view: PageView): string {
  const { appearance, language } = view
  const say = language.sentences('recover_cancel')
  return outcomePage(view, {
    tone: 'ok',
    title: say('done'),
    text: say('done_next', { service: appearance.serviceName }),
    next: signInLink(view),
  })
}
