import type { Account } from '../../../../platform/kernel/account.ts'
import { Failure, type Problem } from '../../../../platform/kernel/failures.ts'
import { forbidden, invalidFields } from '../../../../platform/kernel/problems.ts'
import type { LinkedAccount } from '../../../authenticators/linked-accounts/model.ts'
import { rolesMax } from '../../../authorization/roles/model.ts'
import type { PrivateDetails } from '../../../users/accounts/model.ts'
import { type ExternalId, externalIdText } from '../../../users/external-ids/model.ts'
import type { Profile } from '../../../users/profiles/model.ts'

/** Everything of an account that a merge looks at. */
export interface MergeSide {
  readonly account: Account
  readonly details: PrivateDetails
  readonly profile: Profile
  readonly roles: readonly string[]
  readonly externalIds: readonly ExternalId[]
  readonly linkedAccounts: readonly LinkedAccount[]
}

/** What becomes of one field. Values of private fields are not in it. */
export interface MergedField {
  readonly field: string
  /** What the remaining account has afterwards. */
  readonly kept: string | null
  /** What the other account had, if it is lost; null if nothing is. */
  readonly lost: string | null
  readonly outcome: 'moves' | 'conflict' | 'dropped'
  /** Why it does not move, as a code; null if it does. */
  readonly reason: 'target_has_one' | 'not_verified' | 'cannot_move' | null
}

/** Fields that no administrator needs to see in order to merge. */
const hidden = '(hidden)'
const privateFields: ReadonlySet<string> = new Set(['address', 'national_id', 'home_address'])

/** The fields that move if the remaining account has none. */
export function textsOf({ account, details, profile }: MergeSide): Record<string, string | null> {
  const { occupation, homeAddress, country, county, description, socialLinks } = profile
  return {
    username: account.username,
    email: account.email,
    phone_number: account.phoneNumber,
    full_name: account.fullName,
    given_name: account.givenName,
    family_name: account.familyName,
    locale: account.locale,
    address: details.address,
    national_id: details.nationalId,
    occupation,
    home_address: homeAddress,
    country,
    county,
    description,
    ...socialLinks,
  }
}

/** What a merge of `source` into `target` does to each field that `source` has. */
export function planOf(target: MergeSide, source: MergeSide): readonly MergedField[] {
  const [kept, given] = [textsOf(target), textsOf(source)]
  const accounts = { target: target.account, source: source.account }
  const fields = Object.entries(given).flatMap(([field, value]) =>
    value === null || value === kept[field] ? [] : [fieldOf(field, [kept[field] ?? null, value], accounts)],
  )
  const roles = source.roles.filter((role) => !target.roles.includes(role))
  return [
    ...fields,
    ...roles.map((role) => moved('role', role)),
    // Both accounts stay known to the systems that refer to them.
    ...source.externalIds.map((id) => moved('external_id', externalIdText(id))),
    // Their owner goes on signing in with them.
    ...source.linkedAccounts.map(({ provider }) => moved('linked_account', provider)),
    ...(source.profile.imageUrl === null ? [] : [dropped('picture', target.profile.imageUrl)]),
    dropped('credentials', null),
  ]
}

/** True if the field moves. */
export function moves(plan: readonly MergedField[], field: string): boolean {
  return plan.some((each) => each.field === field && each.outcome === 'moves')
}

function fieldOf(
  field: string,
  [kept, value]: readonly [string | null, string],
  { target, source }: Accounts,
): MergedField {
  const shown = (text: string | null) => (text !== null && privateFields.has(field) ? hidden : text)
  if (kept !== null && !isBetter(field, { target, source }))
    return { field, kept: shown(kept), lost: shown(value), outcome: 'conflict', reason: 'target_has_one' }
  // Anyone can enter anyone's address. In the remaining account it could be a way to recover it (A10).
  if (!isProved(field, source))
    return { field, kept: null, lost: value, outcome: 'dropped', reason: 'not_verified' }
  return { field, kept: shown(value), lost: shown(kept), outcome: 'moves', reason: null }
}

/** A proved contact replaces one that no one has proved. */
function isBetter(field: string, { target, source }: Accounts): boolean {
  const isContact = field === 'email' || field === 'phone_number'
  return isContact && isProved(field, source) && !isProved(field, target)
}

interface Accounts {
  readonly target: Account
  readonly source: Account
}

function isProved(field: string, { emailVerifiedAt, phoneNumberVerifiedAt }: Account): boolean {
  if (field === 'email') return emailVerifiedAt !== null
  if (field === 'phone_number') return phoneNumberVerifiedAt !== null
  return true
}

function moved(field: string, kept: string): MergedField {
  return { field, kept, lost: null, outcome: 'moves', reason: null }
}

function dropped(field: string, kept: string | null): MergedField {
  return { field, kept, lost: null, outcome: 'dropped', reason: 'cannot_move' }
}

export const notMergeable: Problem = {
  code: 'not_mergeable',
  kind: 'conflict',
  title: 'Cannot be merged',
  advice: 'Only two active accounts of persons can be merged. Restore or activate them first.',
  cause: 'One of the accounts is suspended, deleted or not confirmed yet, or belongs to a service.',
}

export function sameAccount(): Failure {
  const detail = 'Give the id of another account.'
  return invalidFields({ pointer: '/source_id', code: 'same_account', detail })
}

/** No one may give roles without the permission for it, not by way of a merge either. */
export function rolesForbidden(): Failure {
  const detail = 'The merge would move roles. For that, you need the permission "roles:write".'
  return new Failure(forbidden, { detail, refusedBy: 'roles:write' })
}

export function tooManyRolesTogether(): Failure {
  const detail = `Together, the accounts have more than ${rolesMax} roles. Remove some of them first.`
  return invalidFields({ pointer: '/source_id', code: 'too_many', detail })
}

export function sourceMissing(): Failure {
  const detail = 'There is no account with this id.'
  return invalidFields({ pointer: '/source_id', code: 'not_found', detail })
}
