import { type Html, html } from '../../../platform/html/html.ts'
import { codeTaskPage } from '../frame/code-page.ts'
import { outcomePage } from '../frame/outcome-page.ts'
import type { Alert } from '../frame/parts.ts'
import { accountPath, contactsPath } from '../frame/paths.ts'
import type { PageView } from '../frame/view.ts'

/** The addresses to which the forms are sent. */
export const verifyCodePath = '/verify/code'
export const sendPath = '/verify/send'

export type Channel = 'email' | 'phone_number'

export interface CodePage {
  readonly channel: Channel
  readonly address: string
  /** The address to which the page leads on; null for the account. */
  readonly returnTo: string | null
  /** The seconds until another code may be sent. */
  readonly waitSeconds: number
  readonly alert?: Alert
}

/** Asks for the code of a message. */
export function codePage(view: PageView, page: CodePage): string {
  const { language } = view
  const say = language.sentences('verify')
  const { alert, channel, waitSeconds } = page
  const address = html`<b class="ltr">${page.address}</b>`
  return codeTaskPage(view, {
    title: say(channel === 'email' ? 'email_title' : 'phone_title'),
    lead: language.markup('verify')('sent', { address }),
    alert,
    checkPath: verifyCodePath,
    button: say('button'),
    resend: { path: sendPath, fields: hiddenFields(page), waitSeconds, changeAddress: contactsPath },
  })
}

function hiddenFields({ channel, returnTo }: CodePage): Html {
  return html`<input type="hidden" name="channel" value="${channel}">
${returnTo !== null && html`<input type="hidden" name="return_to" value="${returnTo}">\n`}`
}

export function nothingPage(view: PageView): string {
  const say = view.language.sentences('verify')
  return outcomePage(view, {
    tone: 'ok',
    title: say('nothing'),
    text: say('nothing_next'),
    next: html`<a class="btn btn-primary btn-block" href="${accountPath}">${view.language.sentences('page')('to_account')}</a>`,
  })
}
