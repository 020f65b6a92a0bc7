import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import type { PublicProvider } from '../../authentication/federation/model.ts'
import type { ContactKind } from '../../users/accounts/contacts/model.ts'
import { icon } from '../frame/icons.ts'
import { type Alert, alert, field, passwordField, returnField, submitButton } from '../frame/parts.ts'
import { passkeyForm, passkeyScript } from '../frame/passkey-form.ts'
import { signInCodePath as codePath, signInPasskeyPath, signInPath, signUpPath } from '../frame/paths.ts'
import { targetLine } from '../frame/target-line.ts'
import { taskPage } from '../frame/task-page.ts'
import type { PageView } from '../frame/view.ts'
import { providerButtons } from '../providers/buttons.ts'

/** How the reader proves who they are on this page. */
export type Way = 'password' | 'secret'

export interface SignInPage {
  readonly way: Way
  /** The address to which the sign-in leads back; null for the account. */
  readonly returnTo: string | null
  /** The origin of this server. */
  readonly ownOrigin: string
  readonly identifier?: string
  readonly keep?: boolean
  /** True if the page first asks for the identifier alone, and knows it by now. */
  readonly step: 'both' | 'identifier' | 'password'
  readonly alert?: Alert
  /** The seconds until the reader may try again. */
  readonly waitSeconds?: number
  readonly rules: SignInRules
}

/** What the settings say about signing in. */
export interface SignInRules {
  readonly isOpen: boolean
  readonly sessionSeconds: number
  /** The contacts to which the server sends codes that sign in. */
  readonly signInByCode: readonly ContactKind[]
  readonly providers: readonly PublicProvider[]
}

export function signInPage(view: PageView, page: SignInPage): string {
  const say = view.language.sentences('sign_in')
  return taskPage(view, {
    title: say('title'),
    hasError: page.alert !== undefined,
    script: passkeyScript,
    body: html`<h1>${say('title')}</h1>
${targetLine(view, page)}${page.alert && alert(page.alert)}
<form method="post" action="${signInPath}">
${returnField(page.returnTo)}${page.way === 'secret' ? secretFields(view) : passwordFields(view, page)}</form>
${passkeyWay(view, page)}${providerButtons(view, page.rules.providers, page.returnTo)}${otherWays(view, page)}`,
    end: page.rules.isOpen ? signUpLink(view, page.returnTo) : null,
  })
}

function passwordFields(view: PageView, page: SignInPage): Html {
  const { language } = view
  const say = language.sentences('sign_in')
  if (page.step === 'identifier')
    return html`${identifierField(view, page)}${submitButton(language, say('next'))}\n`
  return html`${page.step === 'both' ? identifierField(view, page) : givenIdentifier(view, page)}${passwordField(
    language,
    {
      name: 'password',
      label: language.sentences('page')('password'),
      autocomplete: 'current-password',
      below: html`<p class="note"><a href="/recover">${say('forgot')}</a></p>\n`,
    },
  )}${keepBox(view, page)}${submitButton(language, say('button'), waits(view, page))}
`
}

function identifierField({ language }: PageView, { identifier }: SignInPage): Html {
  return field(language, {
    name: 'identifier',
    label: language.sentences('sign_in')('identifier'),
    ...(identifier !== undefined && { value: identifier }),
    attributes: html` type="text" maxlength="400" autocomplete="username webauthn" dir="auto" autocapitalize="none" spellcheck="false"`,
  })
}

function givenIdentifier({ language }: PageView, { identifier = '', returnTo }: SignInPage): Html {
  const say = language.sentences('sign_in')
  const back = returnTo === null ? signInPath : `${signInPath}?return_to=${encodeURIComponent(returnTo)}`
  return html`<input type="hidden" name="identifier" value="${identifier}">
<p class="who"><bdi>${identifier}</bdi> <a href="${back}">${say('change_identifier')}</a></p>
`
}

function secretFields(view: PageView): Html {
  const { language } = view
  const say = language.sentences('sign_in')
  return html`${passwordField(language, {
    name: 'user_secret',
    label: say('secret'),
    hint: say('secret_hint'),
    autocomplete: 'current-password',
  })}${submitButton(language, say('button'))}
`
}

function keepBox({ language }: PageView, { keep = false, rules: { sessionSeconds } }: SignInPage): Html {
  const say = language.sentences('sign_in')
  const hours = Math.max(1, Math.round(sessionSeconds / 3_600))
  const text =
    hours < 48 ? say('keep_hours', { hours: `${hours}` }) : say('keep', { days: `${Math.round(hours / 24)}` })
  return html`<div class="check">
<input type="checkbox" id="keep" name="keep" value="yes" aria-describedby="keep-hint"${keep && html` checked`}>
<label for="keep">${text}</label>
<p class="hint" id="keep-hint">${say('keep_hint')}</p>
</div>
`
}

function waits({ language }: PageView, { waitSeconds }: SignInPage): Html {
  return waitSeconds === undefined
    ? html``
    : html` data-waits="${language.sentences('page')('again_in', { time: '{time}' })}"`
}

function passkeyWay(view: PageView, { returnTo }: SignInPage): Html {
  return passkeyForm(view, {
    use: 'sign_in',
    action: signInPasskeyPath,
    button: view.language.sentences('passkey')('sign_in'),
    isMain: false,
    fields: returnField(returnTo),
  })
}

function otherWays(view: PageView, page: SignInPage): Html {
  const { language } = view
  const { way, returnTo } = page
  const say = language.sentences('sign_in')
  const query = new URLSearchParams(returnTo === null ? {} : { return_to: returnTo })
  if (way === 'password') query.set('way', 'secret')
  const address = query.size === 0 ? signInPath : `${signInPath}?${query.toString()}`
  const text = say(way === 'password' ? 'use_secret' : 'use_password')
  return html`<details class="more">
<summary>${say('more_ways')}${icon('down')}</summary>
<div class="ways">${codeWay(view, page)}<a class="btn btn-secondary btn-block" href="${address}">${icon('key')}${text}</a></div>
</details>`
}

function codeWay({ language }: PageView, { returnTo, rules: { signInByCode } }: SignInPage): Insertion {
  const [only, ...more] = signInByCode
  if (only === undefined) return null
  const query = returnTo === null ? '' : `?return_to=${encodeURIComponent(returnTo)}`
  const text =
    more.length > 0
      ? language.sentences('sign_in_by_code')('use')
      : language.sentences('second_step')(`use_${only}`)
  return html`<a class="btn btn-secondary btn-block" href="${codePath}${query}">${icon('key')}${text}</a>\n`
}

function signUpLink({ language }: PageView, returnTo: string | null): Html {
  const say = language.sentences('sign_in')
  const address = returnTo === null ? signUpPath : `${signUpPath}?return_to=${encodeURIComponent(returnTo)}`
  const link = html`<a href="${address}">${say('create_account')}</a>`
  return language.markup('sign_in')('new_here', { link })
}
