import { type Html, html } from '../../../../platform/html/html.ts'
import { codeTaskPage } from '../../frame/code-page.ts'
import { type Alert, field, returnField, submitButton } from '../../frame/parts.ts'
import { signInPath, signInCodePath as startPath } from '../../frame/paths.ts'
import { taskPage } from '../../frame/task-page.ts'
import type { PageView } from '../../frame/view.ts'

/** The addresses to which the forms are sent. */
export const sendPath = `${startPath}/send`
export const checkPath = `${startPath}/check`

export interface StartPage {
  /** The address to which the sign-in leads back; null for the account. */
  readonly returnTo: string | null
}

/** Asks who wants to sign in. */
export function startPage(view: PageView, { returnTo }: StartPage): string {
  const { language } = view
  const say = language.sentences('recover_code')
  const title = language.sentences('sign_in_by_code')('title')
  return taskPage(view, {
    title,
    body: html`<h1>${title}</h1>
<p class="lead">${say('lead')}</p>
<form method="post" action="${sendPath}">
${returnField(returnTo)}${field(language, {
  name: 'identifier',
  label: language.sentences('sign_in')('identifier'),
  attributes: html` type="text" maxlength="400" autocomplete="username" dir="auto" autocapitalize="none" spellcheck="false"`,
})}<div class="check">
<input type="checkbox" id="keep" name="keep" value="yes" aria-describedby="keep-hint">
<label for="keep">${language.sentences('sign_in_by_code')('keep')}</label>
<p class="hint" id="keep-hint">${language.sentences('sign_in')('keep_hint')}</p>
</div>
${submitButton(language, say('send'))}
</form>`,
    end: html`<a href="${signInPath}">${say('back')}</a>`,
  })
}

export interface CodePage extends StartPage {
  readonly identifier: string
  readonly flow: string
  readonly keep: boolean
  /** The seconds until another code may be sent. */
  readonly waitSeconds: number
  readonly alert?: Alert
}

/** Asks for the code. It is the same whether or not there is such an account (I4). */
export function codePage(view: PageView, page: CodePage): string {
  const { language } = view
  const say = language.sentences('recover_code')
  const { identifier, waitSeconds } = page
  const name = html`<b><bdi>${identifier}</bdi></b>`
  return codeTaskPage(view, {
    title: say('title'),
    lead: language.markup('recover_code')('sent', { identifier: name }),
    note: html`<p class="note">${language.sentences('sign_in_by_code')('mail_hint')}</p>\n`,
    alert: page.alert,
    checkPath,
    button: language.sentences('sign_in')('button'),
    resend: { path: sendPath, fields: hiddenFields(page), waitSeconds, changeAddress: startPath },
  })
}

function hiddenFields({ flow, identifier, keep, returnTo }: CodePage): Html {
  return html`<input type="hidden" name="flow" value="${flow}">
<input type="hidden" name="identifier" value="${identifier}">
${keep && html`<input type="hidden" name="keep" value="yes">\n`}${returnField(returnTo)}`
}
