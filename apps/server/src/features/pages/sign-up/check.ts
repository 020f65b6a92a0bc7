import type { Language } from '../../languages/model.ts'
import { builtIn } from '../../languages/service.ts'

/** Of passwords and of the form as a whole, for which no check asks. */
const unasked: readonly string[] = [
  'title',
  'see_fields',
  'required',
  'too_short',
  'ill_formed',
  'common',
  'contains_context',
  'repetitive',
  'password_needed',
  'identifier_needed',
  'contact_needed',
]

/** What the script says about the answers of the availability check, by their codes. */
export function sentencesOfCheck(language: Language): Readonly<Record<string, string>> {
  const say = language.sentences('field_error')
  const keys = Object.keys(builtIn.en.field_error) as (keyof typeof builtIn.en.field_error)[]
  const asked = keys.filter((key) => !unasked.includes(key)).map((key) => [key, say(key)] as const)
  return { ...Object.fromEntries(asked), free: language.sentences('sign_up')('free') }
}
