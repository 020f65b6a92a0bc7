import type { FieldError } from '../../../platform/kernel/failures.ts'
import { Form } from '../../../platform/kernel/form.ts'
import type { Parsed } from '../../../platform/kernel/parsed.ts'
import { invalidFields } from '../../../platform/kernel/problems.ts'
import { refuseCostly } from './identifiers/costly-numbers.ts'
import { parseEmail } from './identifiers/email.ts'
import { parsePersonalName } from './identifiers/personal-name.ts'
import { type PhoneNumber, parsePhoneNumber } from './identifiers/phone-number.ts'
import { parsePlainText } from './identifiers/plain-text.ts'
import { usernameReserved } from './identifiers/reserved-usernames.ts'
import { parseUsername, type Username } from './identifiers/username.ts'
import {
  type AccountPatch,
  addressLengthMax,
  type Identifiers,
  type IdentifiersInput,
  localeLengthMax,
  type NewAccount,
  type NewAccountInput,
  nationalIdLengthMax,
} from './model.ts'

/** How new identifiers are read, from the configuration. */
export interface IdentifierRules {
  /** ISO 3166 code of the country of national phone numbers; null to refuse them. */
  readonly defaultRegion: string | null
  /** Whether premium-rate, satellite and similar numbers may be registered. */
  readonly costlyNumbers: 'refused' | 'allowed'
  /** True if the username is reserved, so that no one can register it. */
  readonly isReserved: (username: Username) => boolean
}

/** @throws `validation_failed`, naming every invalid field at once */
export function readNewAccount(input: NewAccountInput, rules: IdentifierRules): NewAccount {
  const form = new Form()
  const account = {
    ...readIdentifiers(form, input, rules),
    fullName: form.read('/full_name', input.fullName, parsePersonalName),
    givenName: form.read('/given_name', input.givenName, parsePersonalName),
    familyName: form.read('/family_name', input.familyName, parsePersonalName),
    address: form.read('/address', input.address, parseAddress),
    nationalId: form.read('/national_id', input.nationalId, parseNationalId),
  }
  form.finish()
  return account
}

/** @throws `validation_failed` */
export function readAccountPatch(patch: AccountPatch): AccountPatch {
  const form = new Form()
  const locale = readFields(form, patch)
  form.finish()
  return patch.locale === undefined ? patch : { ...patch, locale }
}

/** The change of an account by someone else. @throws `validation_failed`, naming every invalid field at once */
export function assertPatch(patch: AccountPatch & IdentifiersInput, rules: IdentifierRules): void {
  const form = new Form()
  readFields(form, patch)
  const { username, email, phoneNumber } = patch
  const hasIdentifier = [username, email, phoneNumber].some((given) => given !== undefined)
  if (hasIdentifier) readIdentifiers(form, patch, rules)
  form.finish()
}

/** @returns the canonical form of the language */
function readFields(form: Form, patch: AccountPatch): string | null {
  form.read('/full_name', patch.fullName, parsePersonalName)
  form.read('/given_name', patch.givenName, parsePersonalName)
  form.read('/family_name', patch.familyName, parsePersonalName)
  form.read('/address', patch.address, parseAddress)
  form.read('/national_id', patch.nationalId, parseNationalId)
  return form.read('/locale', patch.locale, parseLocale)
}

/** The name of a service account. @throws `validation_failed` */
export function readServiceName(name: string): string {
  const form = new Form()
  form.read('/name', name, parsePersonalName)
  form.finish()
  return name
}

/** @returns the first error of the given identifier, or its canonical form */
export function readIdentifier(input: IdentifiersInput, rules: IdentifierRules): Identifiers | FieldError {
  const form = new Form()
  const identifiers = readIdentifiers(form, input, rules)
  return form.errors[0] ?? identifiers
}

/** @throws `validation_failed` */
export function readUsername(text: string, isReserved: IdentifierRules['isReserved']): Username {
  const parsed = parseUnreserved(text, isReserved)
  if (parsed.ok) return parsed.value
  throw invalidFields({ pointer: '/username', code: parsed.code, detail: parsed.detail })
}

function readIdentifiers(form: Form, input: IdentifiersInput, rules: IdentifierRules): Identifiers {
  const { username, email, phoneNumber } = input
  const parseNumber = (text: string) => {
    const parsed = parsePhoneNumber(text, rules.defaultRegion)
    return rules.costlyNumbers === 'allowed' ? parsed : refuseCostly(parsed)
  }
  if ([username, email, phoneNumber].every((given) => given === undefined)) {
    form.refuse('', 'identifier_needed', 'Give at least one of username, email and phone_number.')
  }
  return {
    username: form.read('/username', username, (text) => parseUnreserved(text, rules.isReserved)),
    email: form.read('/email', email, parseEmail),
    phoneNumber: asTyped(form.read('/phone_number', phoneNumber, parseNumber), phoneNumber),
  }
}

/** With the text that the person typed, which old APIs show again. */
function asTyped(number: PhoneNumber | null, given: string | undefined): PhoneNumber | null {
  return number === null || given === undefined ? number : { ...number, given }
}

function parseUnreserved(text: string, isReserved: IdentifierRules['isReserved']): Parsed<Username> {
  const parsed = parseUsername(text)
  return parsed.ok && isReserved(parsed.value) ? usernameReserved : parsed
}

function parseAddress(text: string): Parsed<string> {
  return parsePlainText(text, addressLengthMax)
}

function parseNationalId(text: string): Parsed<string> {
  return parsePlainText(text, nationalIdLengthMax)
}

function parseLocale(text: string): Parsed<string> {
  try {
    // POSIX, Java and Android write sw_KE.
    const [locale] = Intl.getCanonicalLocales(text.replaceAll('_', '-'))
    // The server stores the canonical form, which may be longer than the given text.
    if (locale !== undefined && locale.length <= localeLengthMax) return { ok: true, value: locale }
  } catch {
    // A RangeError means that it is not a language tag; the answer is the same.
  }
  return { ok: false, code: 'locale_invalid', detail: 'Use a BCP 47 language tag, such as en or sw-KE.' }
}
