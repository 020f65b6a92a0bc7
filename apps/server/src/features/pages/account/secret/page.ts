import { html } from '../../../../platform/html/html.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { securityPath } from '../../frame/paths.ts'
import { formButton, proofFields, refusedPart } from '../forms.ts'
import { oncePart } from '../once.ts'
import type { Reader } from '../reader.ts'
import { accountPage } from '../shell.ts'

export const secretPath = '/account/security/secret'

export interface SecretPage {
  readonly hasPassword: boolean
  /** Sent with the form, so that a form that is sent twice gets the same secret. */
  readonly once: string
  readonly refusal: FormRefusal | null
}

export function secretPage(reader: Reader, { hasPassword, once, refusal }: SecretPage): string {
  const say = reader.view.language.sentences('secret_pane')
  return accountPage(reader, {
    pane: 'security',
    parent: 'security',
    title: say('title'),
    intro: say('intro'),
    ...refusedPart(refusal),
    body: html`<section class="card">
<form class="card-body" method="post" action="${secretPath}">
<input type="hidden" name="once" value="${once}">
${proofFields(reader, { hasPassword, needs: 'strongest', refusal })}${formButton(reader, say('button'), refusal)}</form>
</section>`,
  })
}

/** The only page that ever shows the secret. */
export function newSecretPage(reader: Reader, secret: string): string {
  const say = reader.view.language.sentences('secret_pane')
  return accountPage(reader, {
    pane: 'security',
    parent: 'security',
    title: say('new_title'),
    intro: say('new_intro'),
    script: 'once.js',
    body: oncePart(reader, { text: secret, fileName: 'secret.txt', next: securityPath }),
  })
}
