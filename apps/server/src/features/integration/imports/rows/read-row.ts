import type { UserRow } from '../model.ts'
import { holds } from './condition.ts'
import type { ReadRow } from './model.ts'
import { Notes } from './notes.ts'
import { isCutOff, readPicture } from './picture.ts'
import { readDetails, readProfile } from './read-details.ts'
import { readIdentifiers } from './read-identifiers.ts'
import { readRoles } from './read-roles.ts'
import { readPassword, readUserSecret } from './read-secrets.ts'
import { keyLengthMax, keyOfRow } from './row-key.ts'
import type { RowRules } from './rules.ts'
import { readValue } from './text-field.ts'
import { readTime, readVerified } from './time-field.ts'

/** What a row would become. It depends on nothing but the row and the rules. */
export function readRow(user: UserRow, rules: RowRules): ReadRow {
  const notes = new Notes()
  const key = keyOfRow(user.row, rules.variant.key)
  const done = { key: key ?? '', notes: notes.all }
  if (key === null) return { ...done, kind: 'refused', refusal: withoutKey }
  if ((rules.variant.fields.skip ?? []).some((condition) => holds(user, condition)))
    return { ...done, kind: 'skipped' }
  const identifiers = readIdentifiers(user, key, rules, notes)
  if (Object.values(identifiers).every((identifier) => identifier === null))
    return { ...done, kind: 'refused', refusal: withoutIdentifier }
  const picture = readPictureOf(user, rules, notes)
  const candidate = {
    key,
    ...identifiers,
    ...readTimes(user, rules),
    ...readDetails(user, rules, notes),
    isSuspended: holds(user, rules.variant.fields.suspended),
    profile: readProfile(user, rules, notes),
    ...readRoles(user, rules),
    password: readPassword(user, rules, notes),
    userSecret: readUserSecret(user, rules, notes),
    hasPicture: picture !== null,
  }
  return { ...done, kind: 'candidate', candidate, picture }
}

const withoutKey = {
  code: 'key_missing',
  detail: `The row has no id in the column of the key, or one that is longer than ${keyLengthMax} characters. It could not be found again.`,
}
const withoutIdentifier = {
  code: 'identifier_needed',
  detail: 'The row has no username, email address or phone number that is allowed, so no one could sign in.',
}

function readTimes(user: UserRow, { now, variant: { fields } }: RowRules) {
  const createdAt = readTime(user, fields.created_at, now)
  const verified = { since: createdAt ?? now, now }
  return {
    createdAt,
    emailVerifiedAt: readVerified(user, fields.email_verified, verified),
    phoneNumberVerifiedAt: readVerified(user, fields.phone_number_verified, verified),
  }
}

function readPictureOf(user: UserRow, rules: RowRules, notes: Notes): Buffer | null {
  const { pictureSizeMaxBytes, variant } = rules
  const picture = readPicture(readValue(user, variant.fields.picture))
  if (picture === null) return null
  const fault =
    (picture.length > pictureSizeMaxBytes && {
      code: 'too_large',
      detail: `The picture has more than ${pictureSizeMaxBytes} bytes.`,
    }) ||
    (isCutOff(picture) && { code: 'cut_off', detail: 'The picture lacks its end.' })
  if (!fault) return picture
  notes.add('picture', 'dropped', fault)
  return null
}
