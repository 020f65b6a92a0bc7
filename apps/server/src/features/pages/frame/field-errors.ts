import type { Failure, FieldError } from '../../../platform/kernel/failures.ts'
import type { Language, Sentences } from '../../languages/model.ts'
import { builtIn } from '../../languages/service.ts'
import type { Alert } from './parts.ts'

/** What is wrong with the fields of a form, by the names of the fields, in the language of the reader. */
export type FieldErrors = Readonly<Record<string, string>>

type Sentence = keyof Sentences['field_error']
const sentences: readonly string[] = Object.keys(builtIn.en.field_error)

type ErrorName = Pick<FieldError, 'pointer' | 'code'>
const taken = '_taken'

export interface FieldErrorOptions {
  readonly passwordLengthMin: number
}

/** The failure of a service names fields by pointers and reasons by codes. Its texts are English, and for programs. */
export function fieldErrors(
  language: Language,
  failure: Pick<Failure, 'errors' | 'problem'>,
  { passwordLengthMin }: FieldErrorOptions,
): FieldErrors {
  const say = language.sentences('field_error', { min: `${passwordLengthMin}` })
  return Object.fromEntries(errorsOf(failure).map((error) => [nameOf(error), say(sentenceFor(error))]))
}

/** An identifier that is taken is a problem of its own, which names no field. */
function errorsOf({ errors, problem }: Pick<Failure, 'errors' | 'problem'>): readonly ErrorName[] {
  if (errors.length > 0) return errors
  const { code } = problem
  return [{ pointer: code.endsWith(taken) ? `/${code.slice(0, -taken.length)}` : '', code }]
}

/** The sentence for a code. Some codes have a sentence of their own for one field, such as `username_too_short`. */
export function sentenceFor(error: ErrorName): Sentence {
  const { code } = error
  const found = [`${nameOf(error)}_${code}`, code].find((each) => sentences.includes(each))
  return isSentence(found) ? found : 'other'
}

function isSentence(text: string | undefined): text is Sentence {
  return text !== undefined && sentences.includes(text)
}

/** The last name in the pointer: `github` of `/social_links/github`, `permissions` of `/permissions/0`. */
function nameOf({ pointer }: Pick<FieldError, 'pointer'>): string {
  return (
    pointer
      .split('/')
      .filter((part) => !/^\d*$/.test(part))
      .at(-1) ?? ''
  )
}

/** The alert at the top of the form. An error of the form as a whole, without a field, stands there. */
export function fieldErrorAlert(language: Language, errors: FieldErrors): Alert {
  const say = language.sentences('field_error')
  return { tone: 'bad', title: say('title'), text: errors[''] ?? say('see_fields') }
}
