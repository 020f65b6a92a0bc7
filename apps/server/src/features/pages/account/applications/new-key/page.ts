import { type Html, html, type Insertion } from '../../../../../platform/html/html.ts'
import { keyNameLengthMax } from '../../../../authenticators/api-keys/model.ts'
import type { FormRefusal } from '../../../frame/form-refusal.ts'
import { icon } from '../../../frame/icons.ts'
import { field } from '../../../frame/parts.ts'
import { formButton, freshNote, refusedPart } from '../../forms.ts'
import { oncePart } from '../../once.ts'
import type { Reader } from '../../reader.ts'
import { accountPage } from '../../shell.ts'
import { newKeyPath } from '../page.ts'
import { applicationsPath } from '../paths.ts'

/** The fields of the permissions begin with it, because a form may hold each name only once. */
export const permissionField = 'may:'

export interface NewKeyPage {
  /** Sent with the form, so that a form that is sent twice gets the same key. */
  readonly once: string
  readonly name: string
  readonly networks: string
  /** The permissions that are ticked. */
  readonly chosen: readonly string[]
  readonly days: number
  readonly refusal: FormRefusal | null
}

export function newKeyPage(reader: Reader, page: NewKeyPage): string {
  const { language } = reader.view
  const say = language.sentences('keys_pane')
  const { name: nameError, allowed_networks: networksError } = page.refusal?.errors ?? {}
  return accountPage(reader, {
    pane: 'applications',
    parent: 'applications',
    title: say('make'),
    intro: say('make_intro', { days: language.number(page.days) }),
    ...refusedPart(page.refusal),
    body: html`<section class="card">
<form class="card-body" method="post" action="${newKeyPath}">
<input type="hidden" name="once" value="${page.once}">
${field(language, {
  name: 'name',
  label: say('name'),
  value: page.name,
  hint: say('name_hint'),
  ...(nameError !== undefined && { error: nameError }),
  attributes: html` type="text" maxlength="${keyNameLengthMax}" autocomplete="off"`,
})}${permissionBoxes(reader, page)}${field(language, {
  name: 'networks',
  label: say('networks'),
  value: page.networks,
  hint: say('networks_hint'),
  isRequired: false,
  ...(networksError !== undefined && { error: networksError }),
  attributes: html` type="text" maxlength="2000" dir="ltr" autocomplete="off" autocapitalize="none" spellcheck="false"`,
})}${freshNote(reader)}${formButton(reader, say('make'), page.refusal)}</form>
</section>`,
  })
}

/** The key may do no more than its owner, so only their permissions are offered. */
function permissionBoxes({ user, view: { language } }: Reader, { chosen, refusal }: NewKeyPage): Insertion {
  const permissions = [...user.permissions].sort()
  if (permissions.length === 0) return null
  const say = language.sentences('keys_pane')
  const error = refusal?.errors['permissions']
  return html`<fieldset class="field">
<legend>${say('permissions')}</legend>
<p class="hint">${say('permissions_hint')}</p>
${permissions.map((permission) => box(permission, chosen.includes(permission)))}${error !== undefined && html`<p class="error">${icon('alert')}<span>${error}</span></p>\n`}</fieldset>
`
}

function box(permission: string, isChosen: boolean): Html {
  const name = `${permissionField}${permission}`
  return html`<div class="check"><input type="checkbox" id="${name}" name="${name}" value="yes"${isChosen && html` checked`}><label class="ltr" for="${name}">${permission}</label></div>
`
}

/** The only page that ever shows the key. */
export function issuedKeyPage(reader: Reader, secret: string): string {
  const say = reader.view.language.sentences('keys_pane')
  return accountPage(reader, {
    pane: 'applications',
    parent: 'applications',
    title: say('made'),
    intro: say('made_intro'),
    script: 'once.js',
    body: oncePart(reader, { text: secret, fileName: 'api-key.txt', next: applicationsPath }),
  })
}
