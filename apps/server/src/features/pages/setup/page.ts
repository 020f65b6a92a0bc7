import { type Html, html } from '../../../platform/html/html.ts'
import { type FieldErrors, fieldErrorAlert } from '../frame/field-errors.ts'
import { linkForm } from '../frame/links.ts'
import { newPasswordField } from '../frame/new-password.ts'
import { outcomePage, signInLink } from '../frame/outcome-page.ts'
import { alert, type Field, field, submitButton } from '../frame/parts.ts'
import { taskPage } from '../frame/task-page.ts'
import type { PageView } from '../frame/view.ts'

/** The address of the page, to which its forms are sent. */
export const setupPath = '/setup'

export interface SetupPage {
  readonly token: string
  readonly passwordLengthMin: number
  /** What is wrong with the last attempt; absent for the first. */
  readonly errors?: FieldErrors
  /** What was typed then, without the password: a page must not send it back (ASVS 14.2.4). */
  readonly typed: Readonly<Partial<Record<'username' | 'email' | 'identifier', string>>>
}

/** Asks who administers the server: a new account, or one that exists. */
export function setupPage(view: PageView, page: SetupPage): string {
  const { language } = view
  const say = language.sentences('setup')
  const { errors, token } = page
  return taskPage(view, {
    title: say('title'),
    hasError: errors !== undefined,
    body: html`<h1>${say('question')}</h1>
<p class="lead">${say('question_next')}</p>
${errors !== undefined && alert(fieldErrorAlert(language, errors))}
<h2 class="sub">${say('new_account')}</h2>
${linkForm(view, { path: setupPath, token, body: newAccountFields(view, page) })}
<h2 class="sub">${say('existing_account')}</h2>
${linkForm(view, { path: setupPath, token, body: existingAccountFields(view, page) })}`,
  })
}

function newAccountFields(view: PageView, { errors, passwordLengthMin: lengthMin, typed }: SetupPage): Html {
  const { language } = view
  const say = language.sentences('sign_up')
  const username = {
    name: 'username',
    label: say('username'),
    attributes: html` maxlength="200" autocomplete="username" dir="auto" autocapitalize="none" spellcheck="false"`,
  }
  const email = {
    name: 'email',
    label: say('email'),
    isRequired: false,
    attributes: html` type="email" maxlength="400" autocomplete="email"`,
  }
  const password = { name: 'password', label: language.sentences('page')('password'), lengthMin }
  return html`${field(language, filled(username, typed.username, errors))}${field(
    language,
    filled(email, typed.email, errors),
  )}${newPasswordField(view, filled(password, undefined, errors))}${submitButton(
    language,
    language.sentences('setup')('create'),
  )}
`
}

function existingAccountFields({ language }: PageView, { errors, typed }: SetupPage): Html {
  const identifier = {
    name: 'identifier',
    label: language.sentences('sign_in')('identifier'),
    attributes: html` maxlength="400" autocomplete="off" dir="auto" autocapitalize="none" spellcheck="false"`,
  }
  const text = language.sentences('setup')('choose')
  return html`${field(language, filled(identifier, typed.identifier, errors))}<button class="btn btn-secondary btn-block" data-busy="${language.sentences('page')('busy')}">${text}</button>
`
}

function filled<Given extends Pick<Field, 'name'>>(
  given: Given,
  value: string | undefined,
  errors: FieldErrors = {},
): Given & Pick<Field, 'value' | 'error'> {
  const error = errors[given.name]
  return { ...given, ...(value !== undefined && { value }), ...(error !== undefined && { error }) }
}

export function setupDonePage(view: PageView): string {
  const say = view.language.sentences('setup')
  return outcomePage(view, {
    tone: 'ok',
    title: say('done'),
    text: say('done_next'),
    next: signInLink(view),
  })
}

export function setupRefusedPage(view: PageView): string {
  const title = view.language.sentences('link')('title')
  return outcomePage(view, {
    tone: 'warn',
    title,
    text: view.language.sentences('setup')('refused_next'),
  })
}
