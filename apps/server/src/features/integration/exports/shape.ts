import type { ExportedTable } from './columns.ts'

/** A table as a part of a line: its rows belong to one row of the table above it. */
export interface Part {
  readonly table: ExportedTable
  readonly member: string
  /** `values`: a list with the one column that each row has. */
  readonly form: 'one' | 'list' | 'values'
  /** The column with the id of the row above. */
  readonly ownerColumn: string
  readonly parts: readonly Part[]
}

/** A kind of line. */
export interface LineKind {
  readonly type: string
  readonly table: ExportedTable
  /** The column by which the lines of this kind are sorted, and that their parts name. */
  readonly idColumn: string
  /** Only the rows without an owner have such lines; the others are parts of another line. */
  readonly withoutOwner: boolean
  readonly parts: readonly Part[]
}

const ofClient: readonly Part[] = [
  { table: 'client_applications', member: 'application', form: 'one', ownerColumn: 'client_id', parts: [] },
  { table: 'client_secrets', member: 'secrets', form: 'list', ownerColumn: 'client_id', parts: [] },
]

function ofAccount(
  table: ExportedTable,
  member: string,
  form: Part['form'],
  parts: readonly Part[] = [],
): Part {
  return { table, member, form, ownerColumn: 'account_id', parts }
}

/**
 * What belongs to an account. Everything is in one line, so that an import adds an account completely or not at all. A
 * session or a key in a line of its own would come back when an import is repeated, after its owner has ended it (I1).
 */
const accountParts: readonly Part[] = [
  ofAccount('username_skeletons', 'username_skeletons', 'list'),
  ofAccount('account_roles', 'roles', 'values'),
  ofAccount('profiles', 'profile', 'one'),
  ofAccount('pictures', 'picture', 'one'),
  ofAccount('passwords', 'password', 'one'),
  ofAccount('user_secrets', 'user_secret', 'one'),
  ofAccount('api_keys', 'api_keys', 'list'),
  ofAccount('passkeys', 'passkeys', 'list'),
  ofAccount('totp_secrets', 'totp', 'list'),
  ofAccount('recovery_codes', 'recovery_codes', 'list'),
  ofAccount('linked_accounts', 'linked_accounts', 'list'),
  ofAccount('clients', 'clients', 'list', ofClient),
  ofAccount('former_contacts', 'former_contacts', 'list'),
  ofAccount('external_ids', 'external_ids', 'list'),
  ofAccount('suspensions', 'suspension', 'one'),
  ofAccount('deletions', 'deletions', 'list'),
  ofAccount('sessions', 'sessions', 'list'),
]

const permissions: Part = {
  table: 'role_permissions',
  member: 'permissions',
  form: 'values',
  ownerColumn: 'role',
  parts: [],
}

/** In the order of the file: a line refers only to lines before it. */
export const lineKinds = [
  { type: 'role', table: 'roles', idColumn: 'name', withoutOwner: false, parts: [permissions] },
  { type: 'client', table: 'clients', idColumn: 'id', withoutOwner: true, parts: ofClient },
  {
    type: 'held_username',
    table: 'username_skeletons',
    idColumn: 'skeleton',
    withoutOwner: true,
    parts: [],
  },
  { type: 'erased_account', table: 'erased_accounts', idColumn: 'pseudonym', withoutOwner: false, parts: [] },
  {
    type: 'external_id_counter',
    table: 'external_id_counters',
    idColumn: 'source',
    withoutOwner: false,
    parts: [],
  },
  { type: 'account', table: 'accounts', idColumn: 'id', withoutOwner: false, parts: accountParts },
] as const satisfies readonly LineKind[]

export type LineType = (typeof lineKinds)[number]['type']
