import type { App } from '../../../platform/http/app.ts'
import type { RequestContext } from '../../../platform/kernel/request-context.ts'
import { linkQuestion, linkQuestionPage } from '../frame/link-question.ts'
import { linkConfig, TokenForm, TokenQuery } from '../frame/link-routes.ts'
import type { PageView, ViewOptions } from '../frame/view.ts'
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
  const link = linkQuestion(options, {
    unusableNext: (view) => view.language.sentences('not_me')('unusable_next'),
    check: (token) => signInReports.checkLink(token),
    question: questionPage,
    act: async (view, token, context) => {
      const { hasPassword, recoveryToken } = await signInReports.report(token, context)
      const grant = { purpose: 'recovery_token', token: recoveryToken } as const
      const news = view.language.sentences('not_me')('done')
      return resetPage(view, { grant, hasPassword, news, passwordLengthMin })
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
  const say = view.language.sentences('not_me')
  return linkQuestionPage(view, {
    path,
    token,
    title: say('title'),
    question: say('question'),
    text: say('question_next', { service: view.appearance.serviceName }),
    effects: [say('effect_sessions'), say('effect_keys'), say('effect_password')],
    button: say('button'),
  })
}
