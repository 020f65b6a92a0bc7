import { html, type Insertion } from '../../../platform/html/html.ts'
import { icon } from './icons.ts'
import { savedForm } from './saved-form.ts'
import { taskPage } from './task-page.ts'
import type { PageView } from './view.ts'

export interface SecretPage {
  readonly userSecret: string
  /** The address to which the page leads on. */
  readonly nextAddress: string
}

/** Shows a generated secret, which no one can look up later. */
export function secretPage(view: PageView, { userSecret, nextAddress }: SecretPage): string {
  return oncePage(view, { group: 'secret', file: 'secret.txt', text: userSecret, nextAddress })
}

export interface RecoveryCodesPage {
  readonly codes: readonly string[]
  /** The address to which the page leads on. */
  readonly nextAddress: string
}

/** Shows new recovery codes, which no one can look up later. */
export function recoveryCodesPage(view: PageView, { codes, nextAddress }: RecoveryCodesPage): string {
  return oncePage(view, {
    group: 'recovery_codes',
    file: 'recovery-codes.txt',
    text: codes.join('\n'),
    nextAddress,
  })
}

interface OncePage {
  /** The sentences of the page. */
  readonly group: 'secret' | 'recovery_codes'
  /** The name of the file in which the reader saves the text. */
  readonly file: string
  readonly text: string
  readonly nextAddress: string
}

function oncePage(view: PageView, { file, group, nextAddress, text }: OncePage): string {
  const { language } = view
  const say = language.sentences(group)
  const act = language.sentences('secret')
  return taskPage(view, {
    title: say('title'),
    script: 'once.js',
    body: html`<h1>${say('title')}</h1>
<p class="lead">${say('lead')}</p>
<div class="stack">
<p class="once" id="once" tabindex="0" role="group" aria-label="${say('label')}">${text}</p>
<div class="pair pair-3">
${way('copy', act('copy'), html` data-done="${act('copied')}"`)}${way('save', act('save'), html` data-file="${file}"`)}${way('print', act('print'))}</div>
<p class="sr" role="status" data-once-status></p>
<div class="alert alert-warn">
${icon('alert')}
<p>${say('warning')}</p>
</div>
${savedForm(language, nextAddress)}</div>`,
  })
}

function way(name: 'copy' | 'save' | 'print', text: string, more: Insertion = null) {
  return html`<button class="btn btn-secondary btn-s" type="button" data-once="${name}"${more} hidden>${text}</button>\n`
}
