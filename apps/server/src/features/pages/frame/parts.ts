import { type Html, html, type Insertion } from '../../../platform/html/html.ts'
import type { Failure } from '../../../platform/kernel/failures.ts'
import type { Language } from '../../languages/model.ts'
import { icon } from './icons.ts'

export interface Alert {
  readonly tone: 'bad' | 'warn' | 'ok'
  readonly title: string
  readonly text: Insertion
}

/** What happened, at the top of a page. Script gives it the focus after a form was sent. */
export function alert({ tone, title, text }: Alert): Html {
  return html`<div class="alert alert-${tone}" role="alert" tabindex="-1">
${icon(tone === 'ok' ? 'tick' : 'alert')}
<div>
<p class="alert-title">${title}</p>
<p>${text}</p>
</div>
</div>`
}

export interface Field {
  /** The name of the field, which is also its id. */
  readonly name: string
  readonly label: string | Html
  readonly value?: string
  readonly hint?: Insertion
  readonly error?: Insertion
  /** The id of something else that describes the field. */
  readonly helpId?: string
  /** What follows the input, such as the link for a forgotten password. */
  readonly below?: Insertion
  /** More attributes of the input, such as its type. */
  readonly attributes?: Html
  readonly isRequired?: boolean
  /** False if the form itself says that its fields are optional. */
  readonly hasMark?: boolean
}

/** A label, its hint, the input, and what is wrong with it. */
export function field(language: Language, given: Field): Html {
  const { name, value, attributes, isRequired = true } = given
  return html`<div class="field">
${labelOf(language, given)}${hintOf(given)}<input class="input" id="${name}" name="${name}"${value !== undefined && html` value="${value}"`}${attributes}${describedBy(given)}${isRequired && html` required`}>
${errorOf(given)}${given.below}</div>`
}

export interface PasswordField extends Field {
  readonly autocomplete: 'current-password' | 'new-password'
}

/** A password, which script can show. */
export function passwordField(language: Language, given: PasswordField): Html {
  const { name, label, autocomplete, below, isRequired = true } = given
  const say = language.sentences('page')
  return html`<div class="field">
${labelOf(language, given)}${hintOf(given)}<div class="reveal">
<input class="input" id="${name}" name="${name}" type="password" autocomplete="${autocomplete}" autocapitalize="none" spellcheck="false"${describedBy(given)}${isRequired && html` required`}>
<button class="reveal-btn" type="button" aria-pressed="false" aria-controls="${name}" data-show="${say('show')}" data-hide="${say('hide')}" hidden><span data-word>${say('show')}</span><span class="sr"> ${label}</span></button>
</div>
${errorOf(given)}${below}</div>`
}

/** A field for several lines. */
export function textArea(language: Language, given: Field): Html {
  const { name, value, attributes } = given
  return html`<div class="field">
${labelOf(language, given)}${hintOf(given)}<textarea class="input" id="${name}" name="${name}"${attributes}${describedBy(given)}>
${value}</textarea>
${errorOf(given)}${given.below}</div>`
}

/** A value with its name. */
export type Option = readonly [string, string]

export interface Select extends Field {
  readonly options: readonly Option[]
}

export function select(language: Language, given: Select): Html {
  const { name, value, attributes, options } = given
  return html`<div class="field">
${labelOf(language, given)}${hintOf(given)}<select class="input" id="${name}" name="${name}"${attributes}${describedBy(given)}>
${options.map(([each, text]) => html`<option value="${each}"${each === value && html` selected`}>${text}</option>\n`)}</select>
${errorOf(given)}${given.below}</div>`
}

function labelOf(language: Language, { name, label, isRequired = true, hasMark = true }: Field): Html {
  return html`<label for="${name}">${label}${!isRequired && hasMark && optionalMark(language)}</label>\n`
}

function optionalMark(language: Language): Html {
  return html` <span class="optional">${language.sentences('page')('optional')}</span>`
}

/** Keeps the address to which a task leads. */
export function returnField(returnTo: string | null): Insertion {
  return returnTo !== null && html`<input type="hidden" name="return_to" value="${returnTo}">\n`
}

function hintOf({ name, hint }: Field): Insertion {
  return hint !== undefined && html`<p class="hint" id="${name}-hint">${hint}</p>\n`
}

function errorOf({ name, error }: Field): Insertion {
  return (
    error !== undefined &&
    html`<p class="error" id="${name}-error">${icon('alert')}<span>${error}</span></p>\n`
  )
}

function describedBy({ name, hint, error, helpId }: Field): Insertion {
  const ids = [hint && `${name}-hint`, error && `${name}-error`, helpId].filter(Boolean)
  if (ids.length === 0) return null
  return html` aria-describedby="${ids.join(' ')}"${error !== undefined && html` aria-invalid="true"`}`
}

/** The button of a form. While the form is sent, script shows the busy word. */
export function submitButton(language: Language, text: string, more?: Html): Html {
  return html`<button class="btn btn-primary btn-block" data-busy="${language.sentences('page')('busy')}"${more}>${text}</button>`
}

/** A time that passes. Script counts it down. */
export function timer(seconds: number): Html {
  return html`<b class="num" role="timer" data-seconds="${seconds}">${minutesAndSeconds(seconds)}</b>`
}

/** After too many tries. */
export function tooManyAlert(
  language: Language,
  { retryAfterSeconds }: Pick<Failure, 'retryAfterSeconds'>,
): Alert {
  const title = language.sentences('page')('too_many')
  return { tone: 'warn', title, text: waitText(language, retryAfterSeconds ?? 1) }
}

/** Says when the reader may try again. */
function waitText(language: Language, seconds: number): Html {
  return language.markup('page')('wait', { time: timer(seconds) })
}

/** Such as "2:05". */
function minutesAndSeconds(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
