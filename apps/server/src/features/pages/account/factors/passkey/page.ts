import { html } from '../../../../../platform/html/html.ts'
import type { FormRefusal } from '../../../frame/form-refusal.ts'
import { field } from '../../../frame/parts.ts'
import { noPasskeysHint, passkeyForm, passkeyScript } from '../../../frame/passkey-form.ts'
import { confirmPath, passkeysPath } from '../../../frame/paths.ts'
import { refusedPart } from '../../forms.ts'
import type { Reader } from '../../reader.ts'
import { accountPage } from '../../shell.ts'

/** Adds a passkey. Its owner may name it; otherwise it gets the name of its provider. */
export function addPasskeyPage(reader: Reader, refusal: FormRefusal | null): string {
  const { language } = reader.view
  const say = language.sentences('passkey')
  const error = refusal?.errors['name']
  return accountPage(reader, {
    pane: 'security',
    parent: 'security',
    title: say('add_title'),
    intro: say('add_lead'),
    script: passkeyScript,
    ...refusedPart(refusal),
    body: html`<section class="card">
<div class="card-body">
${noPasskeysHint(reader.view)}${passkeyForm(reader.view, {
  use: 'add',
  action: passkeysPath,
  button: say('add_button'),
  isMain: true,
  confirmAddress: `${confirmPath}?needs=factor&return_to=${encodeURIComponent(passkeysPath)}`,
  fields: field(language, {
    name: 'name',
    label: language.sentences('factors_pane')('name'),
    isRequired: false,
    ...(error !== undefined && { error }),
    attributes: html` type="text" maxlength="200" autocomplete="off" dir="auto"`,
  }),
})}</div>
</section>`,
  })
}
