import { html } from '../../../../platform/html/html.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { passwordField } from '../../frame/parts.ts'
import { formButton, ownerName, proofFields, refusedPart } from '../forms.ts'
import type { Reader } from '../reader.ts'
import { accountPage } from '../shell.ts'

export const passwordPath = '/account/security/password'

export interface PasswordPage {
  readonly hasPassword: boolean
  readonly lengthMin: number
  readonly refusal: FormRefusal | null
}

export function passwordPage(reader: Reader, { hasPassword, lengthMin, refusal }: PasswordPage): string {
  const { language } = reader.view
  const say = language.sentences('password_pane')
  const title = say(hasPassword ? 'title' : 'title_first')
  const error = refusal?.errors['new_password']
  return accountPage(reader, {
    pane: 'security',
    parent: 'security',
    title,
    intro: say('intro'),
    ...refusedPart(refusal),
    body: html`<section class="card">
<form class="card-body" method="post" action="${passwordPath}">
${proofFields(reader, { hasPassword, needs: 'strongest', refusal })}${passwordField(language, {
  name: 'new_password',
  label: say('new_password'),
  hint: html`${say('rule_length', { count: language.number(lengthMin) })} ${say('rule_words')}`,
  autocomplete: 'new-password',
  ...(error !== undefined && { error }),
})}${!hasPassword && ownerName(reader)}${formButton(reader, title, refusal)}</form>
</section>
${hasPassword && html`<p class="note"><a href="/recover">${language.sentences('sign_in')('forgot')}</a></p>`}`,
  })
}
