import { html } from '../../../platform/html/html.ts'
import { codeTaskPage } from '../frame/code-page.ts'
import { outcomePage, signInLink } from '../frame/outcome-page.ts'
import { type Alert, field, submitButton } from '../frame/parts.ts'
import { recoverPath, signInPath } from '../frame/paths.ts'
import { taskPage } from '../frame/task-page.ts'
import type { PageView } from '../frame/view.ts'

/** The addresses to which the forms are sent. */
export const sendPath = '/recover/code'
export const checkPath = '/recover/verify'

export interface StartPage {
  readonly identifier?: string
  /** Why nothing can be sent. */
  readonly error?: string
}

/** Asks whose password it is. */
export function startPage(view: PageView, { identifier, error }: StartPage = {}): string {
  const { language } = view
  const say = language.sentences('recover_code')
  const title = language.sentences('recover')('title')
  return taskPage(view, {
    title,
    hasError: error !== undefined,
    body: html`<h1>${title}</h1>
<p class="lead">${say('lead')}</p>
<form method="post" action="${sendPath}">
${field(language, {
  name: 'identifier',
  label: language.sentences('sign_in')('identifier'),
  ...(identifier !== undefined && { value: identifier }),
  ...(error !== undefined && { error }),
  attributes: html` type="text" maxlength="400" autocomplete="username" dir="auto" autocapitalize="none" spellcheck="false"`,
})}${submitButton(language, say('send'))}
</form>`,
    end: html`<a href="${signInPath}">${say('back')}</a>`,
  })
}

export interface CodePage {
  readonly identifier: string
  /** The seconds until another code may be sent. */
  readonly waitSeconds: number
  readonly alert?: Alert
}

/** Asks for the code. It is the same whether or not there is such an account (I4). */
export function codePage(view: PageView, { identifier, waitSeconds, alert }: CodePage): string {
  const { language } = view
  const say = language.sentences('recover_code')
  const fields = html`<input type="hidden" name="identifier" value="${identifier}">\n`
  const name = html`<b><bdi>${identifier}</bdi></b>`
  return codeTaskPage(view, {
    title: say('title'),
    lead: language.markup('recover_code')('sent', { identifier: name }),
    alert,
    checkPath,
    button: language.sentences('verify')('button'),
    resend: { path: sendPath, fields, waitSeconds, changeAddress: recoverPath },
  })
}

/** The settings allow no recovery by a code. */
export function closedPage(view: PageView): string {
  const say = view.language.sentences('recover_code', { service: view.appearance.serviceName })
  return outcomePage(view, {
    tone: 'warn',
    title: say('closed'),
    text: say('closed_next'),
    next: signInLink(view),
  })
}

/** The code was right, but a recovery by this contact must wait. */
export function waitingPage(view: PageView, usableAt: Date): string {
  const { language } = view
  const say = language.sentences('recover_code')
  return outcomePage(view, {
    tone: 'warn',
    title: say('waiting'),
    text: [say('waiting_next', { time: language.time(usableAt) }), say('waiting_help')],
    next: html`<a class="btn btn-secondary btn-block" href="${recoverPath}">${language.sentences('code')('resend')}</a>`,
  })
}
