import Type, { type Static } from 'typebox'
import { PageQuery } from '../../../../platform/http/paging.ts'
import { Form } from '../../../../platform/kernel/form.ts'
import { accept, type Parsed, refuse } from '../../../../platform/kernel/parsed.ts'
import { parseRoleName } from '../../../authorization/roles/model.ts'
import { type TermRange, termRangesOf } from '../../../users/accounts/identifiers/search-terms.ts'
import { parseExternalId } from '../../../users/external-ids/model.ts'
import { ExternalIdParameter } from '../../../users/external-ids/schema.ts'
import { countedMax, type Direction, type UserCount, type UserFilter } from './model.ts'

/** The filters of the list, of the export and of jobs. */
export const filterFields = {
  q: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 400,
      description:
        'The beginning of a username, an email address, a phone number or a name, or of a word in a name. Case and accents do not count, and no character is a wildcard.',
    }),
  ),
  role: Type.Optional(Type.String({ maxLength: 32, description: 'Only accounts that have this role' })),
  status: Type.Optional(
    Type.Enum(['pending', 'active', 'suspended', 'deleted'], {
      description: 'Only accounts with this status',
    }),
  ),
  kind: Type.Optional(
    Type.Enum(['person', 'service'], {
      description: 'The accounts of people (default), or those of programs',
    }),
  ),
  external_id: Type.Optional(
    ExternalIdParameter(
      'Only the account with this id in another system: the name of the system, a colon and the id, such as `oauth-bearer:7`',
    ),
  ),
  verified: Type.Optional(
    Type.Enum(['true', 'false'], {
      description: 'Only accounts that have confirmed a contact, or only those that have not',
    }),
  ),
}

export const FilterQuery = Type.Object(filterFields, { additionalProperties: false })
export type FilterQuery = Static<typeof FilterQuery>

export const UsersQuery = Type.Object(
  {
    ...PageQuery.properties,
    ...filterFields,
    sort: Type.Optional(
      Type.Enum(['created_at', '-created_at'], {
        description:
          'By the time of creation: `created_at` from the oldest, `-created_at` from the newest (default)',
      }),
    ),
  },
  { additionalProperties: false },
)
export type UsersQuery = Static<typeof UsersQuery>

/** @param at where the fields are. @throws `validation_failed`, naming every wrong field */
export function toFilter(
  { q, role, status, verified, kind, external_id }: FilterQuery,
  defaultRegion: string | null,
  at = '',
): UserFilter {
  const form = new Form()
  const terms = form.read(`${at}/q`, q, (text) => parseTerms(text, defaultRegion))
  form.read(`${at}/role`, role, parseRoleName)
  const externalId = form.read(`${at}/external_id`, external_id, parseExternalId)
  form.finish()
  return {
    terms,
    role: role ?? null,
    status: status ?? null,
    isVerified: verified === undefined ? null : verified === 'true',
    kind: kind ?? 'person',
    externalId,
  }
}

export function toDirection({ sort }: UsersQuery): Direction {
  return sort === 'created_at' ? 'oldest_first' : 'newest_first'
}

/** What a cursor belongs to: it continues the same search and no other (A28). */
export function searchKeyOf({ q, role, status, verified, kind, external_id, sort }: UsersQuery): string {
  return JSON.stringify([
    q ?? null,
    role ?? null,
    status ?? null,
    verified ?? null,
    kind ?? null,
    external_id ?? null,
    sort ?? null,
  ])
}

function parseTerms(q: string, defaultRegion: string | null): Parsed<readonly TermRange[]> {
  const terms = termRangesOf(q, defaultRegion)
  if (terms.length > 0) return accept(terms)
  return refuse('blank', 'Give at least one visible character, or leave the parameter out.')
}

export const UserCountView = Type.Object(
  {
    count: Type.Integer({ minimum: 0, description: `How many accounts there are, at most ${countedMax}` }),
    is_exact: Type.Boolean({ description: 'False if there are more, or may be' }),
  },
  {
    title: 'UserCount',
    description: 'How many accounts satisfy a filter',
    examples: [{ count: 42, is_exact: true }],
  },
)

export function userCountView({ count, isExact }: UserCount): Static<typeof UserCountView> {
  return { count, is_exact: isExact }
}
