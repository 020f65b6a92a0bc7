import { html } from '../../../platform/html/html.ts'
import type { App } from '../../../platform/http/app.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { answerLink, linkConfig, TokenForm, TokenQuery } from '../frame/link-routes.ts'
import { linkForm } from '../frame/links.ts'
import { submitButton } from '../frame/parts.ts'
import { taskPage } from '../frame/task-page.ts'
import { type PageView, type ViewOptions, viewOf } from '../frame/view.ts'
import { resetPage } from '../recover/reset-page.ts'

export interface NotMeOptions extends ViewOptions {
  readonly signInReports: {
    checkLink(token: string): Promise<unknown>
    report(
      token: string,
      context: RequestContext,
    ): Promise<{ readonly recoveryToken: string; readonly hasPassword: boolean }>
  }
  readonly passwordLengthMin: number
}

const path = '/not-me'
const config = linkConfig('sign-in-report-page')

/** For owners who were notified of a sign-in that was not theirs: everyone is signed out, and they choose a new password. */
export function notMeRoutes(app: App, options: NotMeOptions): void {
  const { passwordLengthMin, signInReports } = options
  const unusable = (view: PageView) => view.language.sentences('not_me')('unusable_next')

  app.get(path, { config, schema: { hide: true, querystring: TokenQuery } }, async (request, reply) => {
    const view = viewOf(request, options)
    const { token = '' } = request.query
    return await answerLink(reply, view, unusable(view), async () => {
      await signInReports.checkLink(token)
      return await sendPage(reply, questionPage(view, token))
    })
  })

  app.post(path, { config, schema: { hide: true, body: TokenForm } }, async (request, reply) => {
    const view = viewOf(request, options)
    return await answerLink(reply, view, unusable(view), async () => {
      const { hasPassword, recoveryToken } = await signInReports.report(
        request.body.token,
        contextOf(request),
      )
      const grant = { purpose: 'recovery_token', token: recoveryToken } as const
      const news = view.language.sentences('not_me')('done')
      return await sendPage(reply, resetPage(view, { grant, hasPassword, news, passwordLengthMin }))
    })
  })
}

function questionPage(view: PageView, token: string): string {
  const { appearance, language } = view
  const say = language.sentences('not_me')
  const effects = [say('effect_sessions'), say('effect_keys'), say('effect_password')]
  return taskPage(view, {
    title: say('title'),
    body: html`<h1>${say('question')}</h1>
<p class="lead">${say('question_next', { service: appearance.serviceName })}</p>
<ul class="points">
${effects.map((effect) => html`<li>${effect}</li>\n`)}</ul>
${linkForm(view, { path, token, body: html`${submitButton(language, say('button'))}\n` })}`,
  })
}
