import { html } from '../../../platform/html/html.ts'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { answerLink, linkConfig, TokenForm, TokenQuery } from '../frame/link-routes.ts'
import { linkForm } from '../frame/links.ts'
import { outcomePage } from '../frame/outcome-page.ts'
import { submitButton } from '../frame/parts.ts'
import { keepFactorPath as path, recoverPath } from '../frame/paths.ts'
import { taskPage } from '../frame/task-page.ts'
import { type PageView, type ViewOptions, viewOf } from '../frame/view.ts'

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
  const unusable = (view: PageView) => view.language.sentences('keep_factor')('unusable_next')

  app.get(path, { config, schema: { hide: true, querystring: TokenQuery } }, async (request, reply) => {
    const view = viewOf(request, options)
    const { token = '' } = request.query
    return await answerLink(reply, view, unusable(view), async () => {
      await factorRecoveryWaits.checkLink(token)
      return await sendPage(reply, questionPage(view, token))
    })
  })

  app.post(path, { config, schema: { hide: true, body: TokenForm } }, async (request, reply) => {
    const view = viewOf(request, options)
    return await answerLink(reply, view, unusable(view), async () => {
      await factorRecoveryWaits.cancel(request.body.token, contextOf(request))
      return await sendPage(reply, donePage(view))
    })
  })
}

function questionPage(view: PageView, token: string): string {
  const { appearance, language } = view
  const say = language.sentences('keep_factor')
  return taskPage(view, {
    title: say('title'),
    body: html`<h1>${say('question')}</h1>
<p class="lead">${say('question_next', { service: appearance.serviceName })}</p>
${linkForm(view, { path, token, body: html`${submitButton(language, say('button'))}\n` })}`,
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
