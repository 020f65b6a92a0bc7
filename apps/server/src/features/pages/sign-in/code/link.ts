import type { App } from '../../../../platform/http/app.ts'
import { readFlowCookie } from '../../../../platform/http/flow-cookie.ts'
import { contextOf } from '../../../../platform/http/request-context.ts'
import { sendPage } from '../../frame/hosted-pages.ts'
import { linkQuestionPage } from '../../frame/link-question.ts'
import { answerLink, linkConfig, TokenForm, TokenQuery } from '../../frame/link-routes.ts'
import { outcomePage } from '../../frame/outcome-page.ts'
import { signInPath } from '../../frame/paths.ts'
import { addressIn } from '../../frame/sign-in-answer.ts'
import { type PageView, viewOf } from '../../frame/view.ts'
import { finishCodeSignIn } from './finish.ts'
import { type SignInCodePagesOptions, sessionOf } from './routes.ts'

const path = `${signInPath}/link`
const config = linkConfig('sign-in-link')

/**
 * Signs in with the link of a mail. Only the browser that asked for it has the flow: otherwise someone could make a victim
 * press the button of a sign-in to the account of someone else (A49). A form of another site does not send the cookie.
 */
export function signInLinkRoutes(app: App, options: SignInCodePagesOptions): void {
  app.get(path, { config, schema: { hide: true, querystring: TokenQuery } }, async (request, reply) => {
    const view = viewOf(request, options)
    const isBegunHere = readFlowCookie(request) !== null
    const page = isBegunHere ? questionPage(view, request.query.token ?? '') : otherBrowserPage(view)
    return await sendPage(reply, page)
  })

  app.post(path, { config, schema: { hide: true, body: TokenForm } }, async (request, reply) => {
    const view = viewOf(request, options)
    const begun = readFlowCookie(request)
    if (begun === null) return await sendPage(reply, otherBrowserPage(view), 422)
    const { flow, keep } = begun
    const unusableNext = view.language.sentences('sign_in_by_code')('unusable_next')
    return await answerLink(reply, view, unusableNext, async () => {
      const given = { flow, linkToken: request.body.token, ...sessionOf({ keep }, options) }
      const outcome = await options.codeSignIn.byLink(given, contextOf(request))
      const returnTo = addressIn(begun.returnTo ?? undefined, options)
      return await finishCodeSignIn(request, reply, options, { outcome, keep, returnTo })
    })
  })
}

function questionPage(view: PageView, token: string): string {
  const { appearance, language } = view
  const say = language.sentences('sign_in_by_code', { service: appearance.serviceName })
  const signIn = language.sentences('sign_in')
  return linkQuestionPage(view, {
    path,
    token,
    title: signIn('title'),
    question: say('link_title'),
    text: say('link_next'),
    button: signIn('button'),
  })
}

function otherBrowserPage(view: PageView): string {
  const say = view.language.sentences('sign_in_by_code')
  return outcomePage(view, { tone: 'warn', title: say('other_title'), text: say('other_next') })
}
