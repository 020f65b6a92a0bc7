import { html } from '../../../../platform/html/html.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { field } from '../../frame/parts.ts'
import { formButton, proofFields, refusedPart } from '../forms.ts'
import type { Reader } from '../reader.ts'
import { accountPage } from '../shell.ts'

export const usernamePath = '/account/security/username'

export interface UsernamePage {
  readonly hasPassword: boolean
  readonly username: string
  readonly refusal: FormRefusal | null
}

export function usernamePage(reader: Reader, { hasPassword, username, refusal }: UsernamePage): string {
  const { language } = reader.view
  const say = language.sentences('username_pane')
  const error = refusal?.errors['username']
  return accountPage(reader, {
    pane: 'security',
    parent: 'security',
    title: say('title'),
    intro: say('intro'),
    ...refusedPart(refusal),
    body: html`<section class="card">
<form class="card-body" method="post" action="${usernamePath}">
${field(language, {
  name: 'username',
  label: say('username'),
  value: username,
  hint: say('hint'),
  ...(error !== undefined && { error }),
  attributes: html` type="text" maxlength="100" autocomplete="off" dir="auto" autocapitalize="none" spellcheck="false"`,
})}${proofFields(reader, { hasPassword, needs: 'any', refusal })}${formButton(reader, say('button'), refusal)}</form>
</section>`,
  })
}
