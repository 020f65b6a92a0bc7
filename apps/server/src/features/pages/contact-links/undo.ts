import type { App } from '../../../platform/http/app.ts'
import { noteRefusal } from '../../../platform/http/errors.ts'
import { contextOf } from '../../../platform/http/request-context.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { sendPage } from '../frame/hosted-pages.ts'
import { linkQuestionPage } from '../frame/link-question.ts'
import { linkConfig, TokenForm, TokenQuery } from '../frame/link-routes.ts'
import { outcomePage } from '../frame/outcome-page.ts'
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
  const say = view.language.sentences('undo')
  return linkQuestionPage(view, {
    path,
    token,
    title: say('title'),
    question: say('question'),
    text: say('question_next', { service: view.appearance.serviceName }),
    effects: [say('effect_contacts'), say('effect_sessions'), say('effect_password')],
    button: say('button'),
  })
}

function refusedPage(view: PageView, refusal: Refusal): string {
  const say = view.language.sentences('undo', { service: view.appearance.serviceName })
  const text = refusal === 'taken' ? say('taken_next') : [say('invalid_next'), say('invalid_help')]
  return outcomePage(view, { tone: 'warn', title: say('refused'), text })
}
