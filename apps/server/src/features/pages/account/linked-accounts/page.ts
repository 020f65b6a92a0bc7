import { html } from '../../../../platform/html/html.ts'
import type { LinkedAccount } from '../../../authenticators/linked-accounts/model.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { linkedAccountsPath } from '../../frame/paths.ts'
import { formButton, refusedPart } from '../forms.ts'
import type { Reader } from '../reader.ts'
import { accountPage } from '../shell.ts'

export interface RemovalPage {
  readonly linked: LinkedAccount
  readonly providerName: string
  readonly refusal: FormRefusal | null
}

/** Asks before the account is disconnected. */
export function removalPage(
  reader: Reader,
  { linked, providerName: provider, refusal }: RemovalPage,
): string {
  const { language } = reader.view
  const say = language.sentences('federation', { provider })
  const email = html`<b><bdi>${linked.email ?? provider}</bdi></b>`
  return accountPage(reader, {
    pane: 'security',
    parent: 'security',
    title: say('remove_title'),
    ...refusedPart(refusal),
    body: html`<section class="card">
<form class="card-body" method="post" action="${linkedAccountsPath}/${linked.id}">
<p>${language.markup('federation')('remove_next', { email })}</p>
${formButton(reader, say('remove'), null, 'btn-danger')}</form>
</section>`,
  })
}
