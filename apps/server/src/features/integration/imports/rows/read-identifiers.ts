import { refuseCostly } from '../../../users/accounts/identifiers/costly-numbers.ts'
import { type Email, parseEmail } from '../../../users/accounts/identifiers/email.ts'
import { type PhoneNumber, parsePhoneNumber } from '../../../users/accounts/identifiers/phone-number.ts'
import { usernameReserved } from '../../../users/accounts/identifiers/reserved-usernames.ts'
import { parseUsername, type Username } from '../../../users/accounts/identifiers/username.ts'
import type { MapFields } from '../maps/format.ts'
import type { UserRow } from '../model.ts'
import { renamed } from './new-username.ts'
import type { Notes } from './notes.ts'
import type { RowRules } from './rules.ts'
import { readText } from './text-field.ts'

export interface ReadIdentifiers {
  readonly username: Username | null
  readonly email: Email | null
  readonly phoneNumber: PhoneNumber | null
}

/**
 * The identifiers of a row, read by the parsers that read those of a registration (A15 to A18, A26). An email or a phone
 * number that they refuse is left out. A username is replaced.
 */
export function readIdentifiers(user: UserRow, key: string, rules: RowRules, notes: Notes): ReadIdentifiers {
  const { fields } = rules.variant
  return {
    username: readUsername(user, key, rules, notes),
    email: notes.keep('email', readText(user, fields.email), parseEmail),
    phoneNumber: readPhoneNumber(user, fields.phone_number, rules, notes),
  }
}

function readUsername(
  user: UserRow,
  key: string,
  { isReserved, variant }: RowRules,
  notes: Notes,
): Username | null {
  const field = variant.fields.username
  const text = readText(user, field)
  if (text === null) return null
  const parsed = parseUsername(text)
  if (parsed.ok && !isReserved(parsed.value)) return parsed.value
  const refusal = parsed.ok ? usernameReserved : parsed
  if (typeof field === 'object' && field.if_refused === 'drop') {
    notes.add('username', 'dropped', refusal)
    return null
  }
  const username = renamed(text, key, isReserved)
  notes.add('username', 'renamed', {
    code: refusal.code,
    detail: `It becomes ${username.given}. ${refusal.detail}`,
  })
  return username
}

function readPhoneNumber(
  user: UserRow,
  field: MapFields['phone_number'],
  { costlyNumbers, region }: RowRules,
  notes: Notes,
): PhoneNumber | null {
  const ownRegion = typeof field === 'object' ? field.region : undefined
  const given = readText(user, field)
  const number = notes.keep('phone_number', given, (text) => {
    const parsed = parsePhoneNumber(text, ownRegion ?? region)
    return costlyNumbers === 'allowed' ? parsed : refuseCostly(parsed)
  })
  // Old APIs show it as its owner typed it.
  return number === null || given === null ? number : { ...number, given }
}
