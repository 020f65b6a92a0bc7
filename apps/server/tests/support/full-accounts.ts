import type { Services } from '../../src/app/wire.ts'
import { searchTermsOf } from '../../src/features/users/accounts/identifiers/search-terms.ts'
import { parseUsername } from '../../src/features/users/accounts/identifiers/username.ts'
import { batchesOf } from '../../src/platform/database/copy/rows.ts'
import { tablesInOrder } from '../../src/platform/database/table-order.ts'
import type { Database } from '../../src/platform/database/tables.ts'
import type {
  ApiKeyId,
  ContactChangeId,
  FactorId,
  PictureId,
  SessionId,
} from '../../src/platform/kernel/ids.ts'
import { type AccountId, newId } from '../../src/platform/kernel/ids.ts'
import { fillClient } from './client-rows.ts'

import { insertLinkedAccount } from './linked-account-rows.ts'

/** An account for which every table that may tell of an account has a row, and more of what belongs to no account. */
export async function fillAllTables({ db, sealer }: Pick<Services, 'db' | 'sealer'>): Promise<AccountId> {
  const id = newId<AccountId>()
  const at = 1_700_000_000_123
  const username = parseUsername('Ámina_Odhiambo')
  if (!username.ok) throw new Error(username.detail)
  const { canonical, given, skeletons } = username.value
  const identifiers = {
    username: given,
    username_canonical: canonical,
    email: 'Amina@Example.org',
    email_canonical: 'amina@example.org',
    phone_number: '+254712345678',
    phone_number_given: '0712 345 678',
    full_name: '👩🏽‍🚀 Żółć \' " \\ % _ -- ; \t',
    given_name: '𝒜é e\u0301 \u{10FFFF}\uFFFD',
    family_name: '漢'.repeat(200),
  }
  await db
    .insertInto('accounts')
    .values({
      ...identifiers,
      id,
      kind: 'person',
      email_verified_at: at,
      phone_number_verified_at: -1,
      address_sealed: sealer.seal('Ünter den Linden 1 🏠', { purpose: 'accounts.address', id }),
      national_id_sealed: sealer.seal('12345678', { purpose: 'accounts.national_id', id }),
      locale: 'sw',
      status: 'suspended',
      created_at: at,
      updated_at: at + 1,
    })
    .execute()
  const terms = searchTermsOf({
    username: identifiers.username,
    usernameCanonical: identifiers.username_canonical,
    email: identifiers.email,
    emailCanonical: identifiers.email_canonical,
    phoneNumber: identifiers.phone_number,
    fullName: identifiers.full_name,
    givenName: identifiers.given_name,
    familyName: identifiers.family_name,
  })
  await db
    .insertInto('account_terms')
    .values(terms.map((term) => ({ account_id: id, term })))
    .execute()
  await db
    .insertInto('username_skeletons')
    .values([
      ...skeletons.map((skeleton) => ({ account_id: id, skeleton, held_until: null })),
      { account_id: id, skeleton: 'former name', held_until: at },
      { account_id: null, skeleton: 'held for no one', held_until: at },
    ])
    .execute()
  await fillProfile({ db, sealer }, id, at)
  await fillAuthorization(db, id, at)
  await fillCredentials({ db, sealer }, id, at)
  await fillHistory(db, id, at)
  return id
}

async function fillProfile({ db, sealer }: Pick<Services, 'db' | 'sealer'>, id: AccountId, at: number) {
  await db
    .insertInto('profiles')
    .values({
      account_id: id,
      version: newId(),
      occupation: 'Astronaut',
      home_address_sealed: sealer.seal('Moi Avenue 7', { purpose: 'profiles.home_address', id }),
      country: 'KE',
      county: 'Nairobi',
      description: 'One\nTwo',
      github: 'https://github.com/amina',
    })
    .execute()
  await db
    .insertInto('pictures')
    .values({ account_id: id, id: newId<PictureId>(), token: 'a_-Z', store: 'database', created_at: at })
    .execute()
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte))
  for (const name of ['512.webp', '64.jpeg'])
    await db.insertInto('picture_files').values({ account_id: id, name, content: everyByte }).execute()
}

async function fillAuthorization(db: Database, id: AccountId, at: number) {
  const times = { created_at: at, updated_at: at }
  await db
    .insertInto('roles')
    .values({ name: 'support', description: 'Answers questions', ...times })
    .execute()
  await db
    .insertInto('role_permissions')
    .values(['support', 'admin'].map((role) => ({ role, permission: 'tickets:close' })))
    .execute()
  await db
    .insertInto('account_roles')
    .values(['support', 'user'].map((role) => ({ account_id: id, role })))
    .execute()
  for (const account_id of [id, null]) await fillClient(db, account_id, at)
}

async function fillCredentials({ db, sealer }: Pick<Services, 'db' | 'sealer'>, id: AccountId, at: number) {
  await db
    .insertInto('passwords')
    .values({
      account_id: id,
      hash: '$2b$12$jremTuGHPC7fGarrKfj8W.IC4ovwNLnv7dqmNKV/X/D/..dZNF152',
      imported_work: 'bcrypt,12',
      version: newId(),
      changed_at: at,
    })
    .execute()
  await db
    .insertInto('user_secrets')
    .values({ account_id: id, digest: 'of a secret', key_id: 'a key id', created_at: at })
    .execute()
  await db
    .insertInto('api_keys')
    .values({
      id: newId<ApiKeyId>(),
      account_id: id,
      name: 'Nightly report',
      digest: 'of a key',
      permissions: 'users:read',
      allowed_networks: '',
      created_at: at,
      expires_at: Number.MAX_SAFE_INTEGER,
      last_used_at: null,
      replaced_by: newId<ApiKeyId>(),
    })
    .execute()
  await fillFactors({ db, sealer }, id, at)
  const session = newId<SessionId>()
  await db
    .insertInto('sessions')
    .values({
      id: session,
      account_id: id,
      amr: 'pwd',
      authenticated_at: at,
      second_factor_at: at,
      factor_status: 'enrolment',
      user_agent: 'Mózilla/5.0 \u00ff',
      ip_address: '2001:db8::1',
      created_at: at,
      last_seen_at: at,
      last_seen_day: 0,
      expires_at: at,
      code_digest: 'of a code',
      refresh_key_sealed: sealer.seal('a key', { purpose: 'sessions.refresh_key', id: session }),
      refresh_generation: 3,
      refresh_replaced_at: '[1]',
    })
    .execute()
}

async function fillFactors({ db, sealer }: Pick<Services, 'db' | 'sealer'>, id: AccountId, at: number) {
  const factor = newId<FactorId>()
  await db
    .insertInto('totp_secrets')
    .values({
      id: factor,
      account_id: id,
      state: 'confirmed',
      name: 'Telefón',
      secret_sealed: sealer.seal('JBSWY3DPEHPK3PXP', { purpose: 'totp_secrets.secret', id: factor }),
      last_step: 59_000_000,
      created_at: at,
      last_used_at: at,
    })
    .execute()
  await db
    .insertInto('passkeys')
    .values({
      id: newId<FactorId>(),
      account_id: id,
      credential_id: `credential of ${id}`,
      credential_digest: `digest of ${id}`,
      public_key: 'a public key',
      counter: 4_294_967_295,
      aaguid: 'fbfc3007-154e-4ecc-8c0b-6e020557d7bd',
      transports: 'internal hybrid',
      backup_state: 'backed_up',
      name: 'Telefón',
      created_at: at,
      last_used_at: at,
      restricted_at: at,
    })
    .execute()
  await insertLinkedAccount(db, id, at)
  const codes = ['one', 'another'].map((digest) => ({ digest, account_id: id, created_at: at }))
  await db.insertInto('recovery_codes').values(codes).execute()
}

async function fillHistory(db: Database, id: AccountId, at: number) {
  await db
    .insertInto('suspensions')
    .values({ account_id: id, reason: 'Sent spam', suspended_at: at, ends_at: at })
    .execute()
  const times = { deleted_at: at, erase_at: at, restored_at: at }
  await db
    .insertInto('deletions')
    .values({ account_id: id, pseudonym: newId<AccountId>(), ...times })
    .execute()
  await db
    .insertInto('erased_accounts')
    .values({ pseudonym: newId<AccountId>(), deleted_at: at, erased_at: at })
    .execute()
  await db.insertInto('external_ids').values({ account_id: id, source: 'old', external_id: '17' }).execute()
  await db.insertInto('external_id_counters').values({ source: 'old', last_number: 20 }).execute()
  await db
    .insertInto('former_contacts')
    .values({
      id: newId<ContactChangeId>(),
      account_id: id,
      number: 1,
      email: 'Before@Example.org',
      email_canonical: 'before@example.org',
      email_verified_at: at,
      requested_link_digest: 'of a link',
      changed_link_digest: 'of another link',
      changed_at: at,
      expires_at: at,
    })
    .execute()
}

/** Every row of the tables, so that two databases can be compared. What is sealed is opened. */
export async function contentsOf(
  { db, sealer }: Pick<Services, 'db' | 'sealer'>,
  tables: readonly string[],
): Promise<Readonly<Record<string, readonly object[]>>> {
  const contents: Record<string, object[]> = {}
  for (const table of tablesInOrder.filter(({ name }) => tables.includes(name))) {
    const rows: object[] = []
    for await (const batch of batchesOf(db, table))
      rows.push(...batch.map((row) => comparable(table.name, row, sealer)))
    contents[table.name] = rows
  }
  return contents
}

function comparable(
  table: string,
  row: Readonly<Record<string, unknown>>,
  sealer: Services['sealer'],
): object {
  const id = String(row['id'] ?? row['account_id'])
  const entries = Object.entries(row).map(([column, value]) => {
    if (value instanceof Uint8Array) return [column, Buffer.from(value).toString('hex')]
    if (!column.endsWith('_sealed') || typeof value !== 'string') return [column, value]
    return [column, sealer.open(value, { purpose: `${table}.${column.replace('_sealed', '')}`, id })]
  })
  return Object.fromEntries(entries) as object
}
