import { html } from '../../../../../platform/html/html.ts'
import type { FormRefusal } from '../../../frame/form-refusal.ts'
import { field } from '../../../frame/parts.ts'
import { contactsPath } from '../../../frame/paths.ts'
import { formButton, proofFields, refusedPart } from '../../forms.ts'
import type { Reader } from '../../reader.ts'
import { accountPage } from '../../shell.ts'
import { type ContactPane, contactOf } from '../model.ts'

export interface ContactChangePage {
  readonly pane: ContactPane
  readonly hasPassword: boolean
  /** What was typed; empty at first. */
  readonly typed: string
  readonly refusal: FormRefusal | null
}

export function contactChangePage(
  reader: Reader,
  { pane, hasPassword, typed, refusal }: ContactChangePage,
): string {
  const { language } = reader.view
  const say = language.sentences('contacts_pane')
  const { address } = contactOf(reader.user.account, pane)
  const error = refusal?.errors[pane.kind]
  const attributes =
    pane.kind === 'email'
      ? html` type="email" maxlength="320" autocomplete="email" autocapitalize="none" spellcheck="false"`
      : html` type="tel" maxlength="40" autocomplete="tel" dir="ltr"`
  return accountPage(reader, {
    pane: 'contacts',
    parent: 'contacts',
    title: say(address === null ? `add_${pane.name}` : `change_${pane.name}`),
    intro: say('change_intro'),
    ...refusedPart(refusal),
    body: html`<section class="card">
<form class="card-body" method="post" action="${contactsPath}/${pane.name}">
${field(language, {
  name: pane.kind,
  label: say(`new_${pane.name}`),
  value: typed,
  ...(pane.kind === 'phone_number' && { hint: say('phone_hint') }),
  ...(error !== undefined && { error }),
  attributes,
})}${proofFields(reader, { hasPassword, needs: 'any', refusal })}${formButton(reader, say('send_code'), refusal)}</form>
</section>`,
  })
}
