import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import type { PublicProvider } from '../../authentication/federation/model.ts'
import type { Language } from '../../languages/model.ts'
import type { FieldErrors } from '../frame/field-errors.ts'
import { icon } from '../frame/icons.ts'
import { newPasswordField } from '../frame/new-password.ts'
import { outcomePage, signInLink } from '../frame/outcome-page.ts'
import { type Alert, alert, type Field, field, returnField, submitButton } from '../frame/parts.ts'
import { signInPath, signUpPath } from '../frame/paths.ts'
import { targetLine } from '../frame/target-line.ts'
import { taskPage } from '../frame/task-page.ts'
import type { PageView } from '../frame/view.ts'
import { providerButtons } from '../providers/buttons.ts'
import { sentencesOfCheck } from './check.ts'
import type { FieldName } from './schema.ts'

/** What the settings ask of someone who signs up. */
export interface SignUpRules {
  readonly fields: readonly FieldName[]
  readonly optional: readonly FieldName[]
  /** The fields for which the server says whether they are free. */
  readonly checked: readonly FieldName[]
  readonly passwordLengthMin: number
  readonly providers: readonly PublicProvider[]
}

export interface SignUpPage {
  readonly rules: SignUpRules
  /** The address to which the sign-up leads; null for the account. */
  readonly returnTo: string | null
  /** The origin of this server. */
  readonly ownOrigin: string
  /** What was typed, without the password: a page must not send it back (ASVS 14.2.4). */
  readonly typed: Readonly<Partial<Record<FieldName | 'terms', string>>>
  readonly alert?: Alert
  readonly errors: FieldErrors
}

export function signUpPage(view: PageView, page: SignUpPage): string {
  const { language } = view
  const say = language.sentences('sign_up')
  const { returnTo, rules } = page
  const checks = html` data-sentences="${JSON.stringify(sentencesOfCheck(language))}"`
  return taskPage(view, {
    title: say('title'),
    hasError: page.alert !== undefined,
    script: 'sign-up.js',
    body: html`<h1>${say('title')}</h1>
${targetLine(view, page)}${page.alert && alert(page.alert)}
<form method="post" action="${signUpPath}"${rules.checked.length > 0 && checks}>
${returnField(returnTo)}${rules.fields.map((name) => inputOf(view, page, name))}${termsBox(view, page)}${submitButton(language, say('button'))}
</form>
${providerButtons(view, rules.providers, returnTo)}`,
    end: signInLine(language, returnTo),
  })
}

function inputOf(view: PageView, page: SignUpPage, name: FieldName): Html {
  const { language } = view
  const say = language.sentences('sign_up')
  const { errors, rules, typed } = page
  const [value, error] = [typed[name], errors[name]]
  const isRequired = !rules.optional.includes(name)
  const given = {
    name,
    isRequired,
    ...(value !== undefined && { value }),
    ...(error !== undefined && { error }),
  }
  if (name !== 'password') return field(language, { ...given, ...describe(language, rules, name) })
  return newPasswordField(view, {
    ...given,
    label: language.sentences('page')('password'),
    lengthMin: rules.passwordLengthMin,
    ...(!isRequired && { hint: say('password_optional_hint') }),
  })
}

const inputs: Readonly<Record<Exclude<FieldName, 'password'>, Html>> = {
  username: html` type="text" maxlength="200" autocomplete="username" dir="auto" autocapitalize="none" spellcheck="false"`,
  email: html` type="email" maxlength="400" autocomplete="email"`,
  phone_number: html` type="tel" maxlength="100" autocomplete="tel" inputmode="tel" dir="ltr"`,
  full_name: html` type="text" maxlength="400" autocomplete="name" dir="auto"`,
}

function describe(
  language: Language,
  { checked }: SignUpRules,
  name: Exclude<FieldName, 'password'>,
): Pick<Field, 'label' | 'hint' | 'attributes' | 'below' | 'helpId'> {
  const say = language.sentences('sign_up')
  const hint = name === 'username' || name === 'phone_number' ? { hint: say(`${name}_hint`) } : {}
  const described = { label: say(name), attributes: inputs[name], ...hint }
  if (!checked.includes(name)) return described
  const helpId = `${name}-note`
  return {
    ...described,
    attributes: html`${inputs[name]} data-check`,
    helpId,
    below: html`<p class="note" id="${helpId}" role="status"></p>\n`,
  }
}

/** Not ticked, because silence is no consent (GDPR art. 4 (11)). */
function termsBox({ appearance, language }: PageView, { errors, typed }: SignUpPage): Insertion {
  const { termsUrl, privacyUrl } = appearance
  if (termsUrl === null) return null
  const say = language.sentences('sign_up')
  const terms = html`<a href="${termsUrl}">${say('terms')}</a>`
  const markup = language.markup('sign_up')
  const text =
    privacyUrl === null
      ? markup('agree', { terms })
      : markup('agree_and_read', { terms, privacy: html`<a href="${privacyUrl}">${say('privacy')}</a>` })
  const error = errors['terms']
  return html`<div class="check">
<input type="checkbox" id="terms" name="terms" value="yes"${typed.terms !== undefined && html` checked`}${error !== undefined && html` aria-invalid="true" aria-describedby="terms-error"`} required>
<label for="terms">${text}</label>
${error !== undefined && html`<p class="error" id="terms-error">${icon('alert')}<span>${error}</span></p>\n`}</div>
`
}

function signInLine(language: Language, returnTo: string | null): Html {
  const query = returnTo === null ? '' : `?return_to=${encodeURIComponent(returnTo)}`
  const link = html`<a href="${signInPath}${query}">${language.sentences('link')('sign_in')}</a>`
  return language.markup('sign_up')('have_account', { link })
}

/** The settings let only administrators create accounts. */
export function closedPage(view: PageView): string {
  const say = view.language.sentences('sign_up', { service: view.appearance.serviceName })
  return outcomePage(view, {
    tone: 'warn',
    title: say('closed'),
    text: say('closed_next'),
    next: signInLink(view),
  })
}
