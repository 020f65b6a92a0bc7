import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import { codeInput, type ResendForm, resendForm } from './code-form.ts'
import { type Alert, alert, submitButton } from './parts.ts'
import { taskPage } from './task-page.ts'
import type { PageView } from './view.ts'

export interface CodeTask {
  readonly title: string
  /** Where the code was sent, and what to know about it. */
  readonly lead: Html
  readonly note?: Insertion
  readonly alert: Alert | undefined
  /** Where the form with the code is sent. */
  readonly checkPath: string
  readonly button: string
  /** Its hidden fields are those of the form with the code, too. */
  readonly resend: ResendForm
}

/** Asks for the code of a message. */
export function codeTaskPage(view: PageView, task: CodeTask): string {
  const { language } = view
  const isWrong = task.alert?.tone === 'bad'
  return taskPage(view, {
    title: task.title,
    hasError: isWrong,
    script: 'code.js',
    body: html`<h1>${task.title}</h1>
<p class="lead">${task.lead}</p>
${task.note}${task.alert !== undefined && html`${alert(task.alert)}\n`}<form method="post" action="${task.checkPath}">
${task.resend.fields}${codeInput(language, { isWrong })}${submitButton(language, task.button)}
</form>
${resendForm(language, task.resend)}`,
  })
}
