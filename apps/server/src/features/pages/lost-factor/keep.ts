import { html } from '../../../platform/html/html.ts'
import type { App } from '../../../platform/http/app.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { linkQuestion, linkQuestionPage } from '../frame/link-question.ts'
import { linkConfig, TokenForm, TokenQuery } from '../frame/link-routes.ts'
import { outcomePage } from '../frame/outcome-page.ts'
import { keepFactorPath as path, recoverPath } from '../frame/paths.ts'
import type { PageView, ViewOptions } from '../frame/view.ts'

export interface KeepFactorOptions extends ViewOptions {
  readonly factorRecoveryWaits: {
    checkLink(token: string): Promise<unknown>
    cancel(token: string, context: RequestContext): Promise<void>
  }
}

const config = linkConfig('factor-recovery-page')

/** Cancels the recovery of a second factor, with the link of its notification. */
export function keepFactorRoutes(app: App, options: KeepFactorOptions): void {
  const { factorRecoveryWaits } = options
  const link = linkQuestion(options, {
    unusableNext: (view) => view.language.sentences('keep_factor')('unusable_next'),
    check: (token) => factorRecoveryWaits.checkLink(token),
    question: questionPage,
    act: async (view, token, context) => {
      await factorRecoveryWaits.cancel(token, context)
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
  const say = view.language.sentences('keep_factor')
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
  const say = view.language.sentences('keep_factor')
  return outcomePage(view, {
    tone: 'ok',
    title: say('done'),
    text: say('done_next'),
    next: html`<a class="btn btn-primary btn-block" href="${recoverPath}">${say('choose')}</a>`,
  })
}
