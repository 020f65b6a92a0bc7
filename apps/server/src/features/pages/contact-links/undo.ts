import { html } from '../../../platform/html/html.ts'
import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { linkConfig, TokenForm, TokenQuery } from '../frame/link-routes.ts'
import { linkForm } from '../frame/links.ts'
import { outcomePage } from '../frame/outcome-page.ts'
import { submitButton } from '../frame/parts.ts'
import { taskPage } from '../frame/task-page.ts'
import { type PageView, type ViewOptions, viewOf } from '../frame/view.ts'
import { resetPage } from '../recover/reset-page.ts'
import { type Refusal, refusalOf } from './refusal.ts'

export interface UndoOptions extends ViewOptions {
  readonly contactChangeUndo: {
    isUsable(token: string): Promise<boolean>
    undo(
      token: string,
      context: RequestContext,
    ): Promise<{ readonly recoveryToken: string; readonly hasPassword: boolean }>
  }
  readonly passwordLengthMin: number
}

const path = '/undo'
const config = linkConfig('contact-link')

/** Undoes changes of contacts, for owners who have lost their account to someone else. Then they choose a new password. */
export function undoRoutes(app: App, options: UndoOptions): void {
  const { contactChangeUndo, passwordLengthMin } = options

  app.get(path, { config, schema: { hide: true, querystring: TokenQuery } }, async (request, reply) => {
    const view = viewOf(request, options)
    const { token = '' } = request.query
    if (await contactChangeUndo.isUsable(token)) return await sendPage(reply, questionPage(view, token))
    return await sendPage(reply, refusedPage(view, 'invalid'), 422)
  })

  app.post(path, { config, schema: { hide: true, body: TokenForm } }, async (request, reply) => {
    const view = viewOf(request, options)
    try {
      const undone = await contactChangeUndo.undo(request.body.token, contextOf(request))
      const grant = { purpose: 'recovery_token', token: undone.recoveryToken } as const
      const news = view.language.sentences('undo')('done')
      return await sendPage(reply, resetPage(view, { ...undone, grant, news, passwordLengthMin }))
    } catch (error) {
      const { failure, refusal } = refusalOf(error)
      noteRefusal(failure, reply)
      return await sendPage(reply, refusedPage(view, refusal), 422)
    }
  })
}

function questionPage(view: PageView, token: string): string {
  const { appearance, language } = view
  const say = language.sentences('undo')
  const effects = [say('effect_contacts'), say('effect_sessions'), say('effect_password')]
  return taskPage(view, {
    title: say('title'),
    body: html`<h1>${say('question')}</h1>
<p class="lead">${say('question_next', { service: appearance.serviceName })}</p>
<ul class="points">
${effects.map((effect) => html`<li>${effect}</li>\n`)}</ul>
${linkForm(view, { path, token, body: html`${submitButton(language, say('button'))}\n` })}`,
  })
}

function refusedPage(view: PageView, refusal: Refusal): string {
  const say = view.language.sentences('undo', { service: view.appearance.serviceName })
  const text = refusal === 'taken' ? say('taken_next') : [say('invalid_next'), say('invalid_help')]
  return outcomePage(view, { tone: 'warn', title: say('refused'), text })
}
