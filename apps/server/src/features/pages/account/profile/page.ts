import { type Html, html, type Insertion } from '../../../../platform/html/html.ts'
import { preconditionFailed } from '../../../../platform/kernel/problems.ts'
import { socialLinkNames, socialNetworks } from '../../../../platform/kernel/social-networks.ts'
import type { Language } from '../../../languages/model.ts'
import type { FormRefusal } from '../../frame/form-refusal.ts'
import { type Alert, field, type Option, select, textArea } from '../../frame/parts.ts'
import { profilePath } from '../../frame/paths.ts'
import { formButton, refusedPart } from '../forms.ts'
import type { Reader } from '../reader.ts'
import { accountPage, paneTitle } from '../shell.ts'
import { choicesCard } from './choices/part.ts'
import type { ProfileField, TypedProfile } from './form.ts'
import { pictureCard } from './picture/part.ts'

export interface ProfilePage {
  readonly typed: TypedProfile
  /** What is stored now. After a change in another window, it differs from what was typed. */
  readonly stored: TypedProfile
  /** The version of what is stored now. */
  readonly version: string
  readonly hasPicture: boolean
  readonly pictureSizeMaxBytes: number
  readonly countryCodes: readonly string[]
  readonly alert: Alert | null
  /** Which form was refused, and why. */
  readonly refused: { readonly form: 'profile' | 'picture'; readonly refusal: FormRefusal } | null
}

export function profilePage(reader: Reader, page: ProfilePage): string {
  const say = reader.view.language.sentences('profile_pane')
  const refusalOf = (form: 'profile' | 'picture') =>
    page.refused?.form === form ? page.refused.refusal : null
  return accountPage(reader, {
    pane: 'profile',
    title: paneTitle(reader, 'profile'),
    intro: say('intro'),
    alert: page.alert,
    ...refusedPart(page.refused?.refusal ?? null),
    script: 'crop.js',
    body: html`${pictureCard(reader, page, refusalOf('picture'))}${textForm(reader, page, refusalOf('profile'))}${choicesCard(reader)}`,
  })
}

function textForm(reader: Reader, page: ProfilePage, refusal: FormRefusal | null): Html {
  const { language } = reader.view
  const say = language.sentences('profile_pane')
  const inputs = inputsOf(reader, page, refusal)
  return html`<form class="card" method="post" action="${profilePath}">
<input type="hidden" name="version" value="${page.version}">
<div class="card-head"><h2>${say('name')}</h2><p>${say('name_hint')}</p></div>
<div class="card-body grid-2">
<div class="span-2">${inputs.line('full_name', html` autocomplete="name"`)}</div>
${inputs.line('given_name', html` autocomplete="given-name"`)}${inputs.line('family_name', html` autocomplete="family-name"`)}</div>
<div class="card-head"><h2>${say('about')}</h2><p>${say('about_hint')}</p></div>
<div class="card-body grid-2">
${inputs.line('occupation', html` autocomplete="organization-title"`)}${inputs.country()}${inputs.line('county', html` autocomplete="address-level1"`)}<div class="span-2">${inputs.area('home_address', html` autocomplete="street-address" rows="2"`)}</div>
<div class="span-2">${inputs.area('description', html` rows="4"`)}</div>
</div>
<div class="card-head"><h2>${say('links')}</h2><p>${say('links_hint')}</p></div>
<div class="card-body grid-2">
${socialLinkNames.map((name) => inputs.line(name, html` dir="ltr" autocapitalize="none" spellcheck="false"`))}</div>
<div class="card-foot">${formButton(reader, language.sentences('page')('save'), refusal)}</div>
</form>
`
}

/** The inputs of the form, each with what was typed, what is wrong with it, and what another window has stored. */
function inputsOf({ view: { language } }: Reader, page: ProfilePage, refusal: FormRefusal | null) {
  const isConflict = refusal?.failure.problem === preconditionFailed
  const shared = (name: ProfileField) => {
    const error = refusal?.errors[name]
    const isElsewhere = isConflict && page.typed[name] !== page.stored[name]
    return {
      name,
      label: labelOf(language, name),
      value: page.typed[name],
      isRequired: false,
      hasMark: false,
      ...(error !== undefined && { error }),
      ...(name === 'home_address' && { hint: language.sentences('profile_pane')('home_address_hint') }),
      ...(isElsewhere && storedNote(language, name, page.stored[name])),
    }
  }
  return {
    line: (name: ProfileField, attributes: Html) =>
      field(language, { ...shared(name), attributes: html` type="text"${attributes}` }),
    area: (name: ProfileField, attributes: Html) => textArea(language, { ...shared(name), attributes }),
    country: () =>
      select(language, {
        ...shared('country'),
        attributes: html` autocomplete="country"`,
        options: countriesOf(language, [...page.countryCodes, page.typed.country]),
      }),
  }
}

function labelOf(language: Language, name: ProfileField): string {
  if (name !== 'website' && name in socialNetworks)
    return socialNetworks[name as keyof typeof socialNetworks].title
  return language.sentences('profile_pane')(name as Exclude<ProfileField, keyof typeof socialNetworks>)
}

/** Says what another window has stored, so that the owner can compare it with what they typed. */
function storedNote(language: Language, name: ProfileField, stored: string) {
  const say = language.sentences('profile_pane')
  const shown: Insertion =
    stored === '' ? say('nothing') : name === 'country' ? language.country(stored) : stored
  const id = `${name}-stored`
  return {
    helpId: id,
    below: html`<p class="note" id="${id}"><span>${language.markup('profile_pane')('stored_now', { value: html`<bdi>${shown}</bdi>` })}</span></p>\n`,
  }
}

/** All countries in the order of the language, and one that was stored under other rules. */
function countriesOf(language: Language, codes: readonly string[]): readonly Option[] {
  const { compare } = new Intl.Collator(language.tag)
  const named = [...new Set(codes)]
    .filter((code) => code !== '')
    .map((code): Option => [code, language.country(code)])
  return [['', '—'], ...named.toSorted(([, one], [, other]) => compare(one, other))]
}
