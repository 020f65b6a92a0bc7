import type { Parsed } from '../../../../platform/kernel/parsed.ts'
import { type SocialLinkName, socialLinkNames } from '../../../../platform/kernel/social-networks.ts'
import { parsePersonalName } from '../../../users/accounts/identifiers/personal-name.ts'
import { parsePlainText } from '../../../users/accounts/identifiers/plain-text.ts'
import { addressLengthMax, localeLengthMax, nationalIdLengthMax } from '../../../users/accounts/model.ts'
import type { ProfilePatch, SocialLinks } from '../../../users/profiles/model.ts'
import type { MapFields } from '../maps/format.ts'
import type { UserRow } from '../model.ts'
import type { Notes } from './notes.ts'
import type { RowRules } from './rules.ts'
import { readText } from './text-field.ts'

/** Control characters, line ends and marks that change the direction of text (A18). */
const misleading = /[\p{Cc}\u061c\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

/** The names and the private details of a row. */
export function readDetails(user: UserRow, { variant: { fields } }: RowRules, notes: Notes) {
  const name = (field: 'full_name' | 'given_name' | 'family_name') =>
    readName(field, readText(user, fields[field]), notes)
  const plain = (field: 'address' | 'national_id', lengthMax: number) =>
    notes.keep(field, readText(user, fields[field]), (text) => parsePlainText(text, lengthMax))
  return {
    fullName: name('full_name'),
    givenName: name('given_name'),
    familyName: name('family_name'),
    address: plain('address', addressLengthMax),
    nationalId: plain('national_id', nationalIdLengthMax),
    locale: notes.keep('locale', readText(user, fields.locale), parseLocale),
  }
}

/** A name without the marks that the rules refuse; with them it could look like another one. */
function readName(field: string, text: string | null, notes: Notes): string | null {
  if (text === null) return null
  const parsed = parsePersonalName(text)
  if (parsed.ok) return parsed.value
  const cleaned = parsePersonalName(text.toWellFormed().replaceAll(misleading, ' ').trim())
  notes.add(field, cleaned.ok ? 'changed' : 'dropped', parsed)
  return cleaned.ok ? cleaned.value : null
}

/** What the row says about the person, as far as the rules for profiles accept it. */
export function readProfile(user: UserRow, { readProfile: accept, variant }: RowRules, notes: Notes) {
  const { patch, errors } = accept(profileOf(user, variant.fields))
  for (const { pointer, code, detail } of errors)
    notes.add(pointer.slice(1).replace('/', '.'), 'dropped', { code, detail })
  return patch
}

function profileOf(user: UserRow, fields: MapFields): ProfilePatch {
  const texts = {
    occupation: readText(user, fields.occupation),
    homeAddress: readText(user, fields.home_address),
    country: readText(user, fields.country),
    county: readText(user, fields.county),
    description: readText(user, fields.description),
  }
  const given = Object.entries(texts).filter(([, text]) => text !== null)
  const links = linksOf(user, fields.links)
  return { ...Object.fromEntries(given), ...(Object.keys(links).length > 0 && { socialLinks: links }) }
}

function linksOf(user: UserRow, fields: MapFields['links']): Partial<SocialLinks> {
  const links = socialLinkNames.map((name: SocialLinkName) => [name, readText(user, fields?.[name])] as const)
  return Object.fromEntries(links.filter(([, text]) => text !== null))
}

function parseLocale(text: string): Parsed<string> {
  try {
    const [locale] = Intl.getCanonicalLocales(text.replaceAll('_', '-'))
    if (locale !== undefined && locale.length <= localeLengthMax) return { ok: true, value: locale }
  } catch {
    // A RangeError means that it is not a language tag.
  }
  return { ok: false, code: 'locale_invalid', detail: 'This is no BCP 47 language tag.' }
}
