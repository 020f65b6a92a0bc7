import type { Database, Transaction } from '../../src/platform/database/tables.ts'
import {
  type AccountId,
  type ApiKeyId,
  newId,
  type PictureId,
  type SessionId,
  type UserJobId,
} from '../../src/platform/kernel/ids.ts'
import { insertConsent } from './consent-rows.ts'
import { type FactorOwner, insertFactors } from './factor-rows.ts'
import { insertApiKey } from './key-rows.ts'
import { insertOpenIdEntries } from './openid-rows.ts'
import { insertDeliveries } from './webhook-rows.ts'

/** An account with a row in every table of accounts. Each value in them names its owner or is a time of the owner's. */
export interface Owner extends FactorOwner {
  readonly sessionId: SessionId
  readonly keyId: ApiKeyId
  readonly pictureId: PictureId
  readonly pseudonym: AccountId
  /** Of the profile and the password. */
  readonly version: string
}

/** Calls a method for `owner`. `stranger` is for a second id that does not belong to the owner. */
export type Call = (db: Transaction, owner: Owner, stranger: Owner) => Promise<unknown>

export function newOwner(name: string, year: number): Owner {
  return {
    name,
    id: newId(),
    sessionId: newId(),
    keyId: newId(),
    factorId: newId(),
    challengeId: newId(),
    linkedAccountId: newId(),
    deviceId: newId(),
    pictureId: newId(),
    pseudonym: newId(),
    version: newId(),
    at: new Date(Date.UTC(year, 1, 3)),
  }
}

export async function insertOwner(db: Database, owner: Owner): Promise<void> {
  const { name, id, version } = owner
  const at = owner.at.getTime()
  const of = { account_id: id }
  await db
    .insertInto('accounts')
    .values({
      id,
      kind: 'person',
      username: name,
      username_canonical: name,
      email: `${name}@example.com`,
      email_canonical: `${name}@example.com`,
      phone_number_given: `${name} number`,
      address_sealed: `${name} address`,
      national_id_sealed: `${name} national id`,
      status: 'active',
      created_at: at,
      updated_at: at,
    })
    .execute()
  const skeletons = [
    { ...of, skeleton: name },
    { ...of, skeleton: `${name}-before`, held_until: at },
  ]
  await db.insertInto('username_skeletons').values(skeletons).execute()
  await db
    .insertInto('suspensions')
    .values({ ...of, reason: name, suspended_at: at, ends_at: at })
    .execute()
  await db
    .insertInto('account_terms')
    .values({ ...of, term: name })
    .execute()
  await db
    .insertInto('profiles')
    .values({ ...of, version, occupation: name, home_address_sealed: `${name} home` })
    .execute()
  const times = { created_at: 0, updated_at: 0 }
  await db
    .insertInto('roles')
    .values({ name: `${name} role`, description: null, ...times })
    .execute()
  await db
    .insertInto('account_roles')
    .values({ ...of, role: `${name} role` })
    .execute()
  await db
    .insertInto('passwords')
    .values({ ...of, hash: `${name} hash`, version, changed_at: at })
    .execute()
  await db
    .insertInto('user_secrets')
    .values({
      ...{ ...of, digest: `${name} secret`, key_id: `${name} key`, created_at: at },
      imported_hash: `${name} imported secret`,
    })
    .execute()
  await db
    .insertInto('clients')
    .values({
      ...{ ...of, id: newId(), name: `${name} client`, scope: name, grant_types: '', redirect_uris: '[]' },
      ...{ token_endpoint_auth_method: 'none', created_at: at, updated_at: at },
    })
    .execute()
  await db
    .insertInto('external_ids')
    .values({ ...of, source: 'former', external_id: `${name} number` })
    .execute()
  await insertApiKey(db, owner)
  await insertConsent(db, owner)
  await insertOpenIdEntries(db, owner)
  await insertFactors(db, owner)
  await insertPicture(db, owner)
  await insertSession(db, owner)
  await insertJob(db, owner)
  await insertTraces(db, owner)
  await insertDeliveries(db, owner)
}

async function insertPicture(db: Database, { id, name, pictureId, at }: Owner): Promise<void> {
  const row = { id: pictureId, token: `${name} token`, store: 'database', created_at: at.getTime() }
  await db
    .insertInto('pictures')
    .values({ account_id: id, ...row })
    .execute()
  const file = { account_id: id, name: '64.webp', content: new Uint8Array(Buffer.from(name)) }
  await db.insertInto('picture_files').values(file).execute()
}

async function insertSession(db: Database, { id, name, sessionId, at }: Owner): Promise<void> {
  await db
    .insertInto('sessions')
    .values({
      id: sessionId,
      account_id: id,
      amr: name,
      authenticated_at: at.getTime(),
      user_agent: name,
      ip_address: name,
      created_at: at.getTime(),
      last_seen_at: at.getTime(),
      last_seen_day: at.getTime(),
      expires_at: at.getTime(),
      code_digest: `${name} code`,
      refresh_key_sealed: `${name} key`,
      refresh_generation: 3,
    })
    .execute()
}

async function insertJob(db: Database, { id, name, at }: Owner): Promise<void> {
  const jobId = newId<UserJobId>()
  const times = { created_at: at.getTime(), due_at: at.getTime() }
  await db
    .insertInto('user_jobs')
    .values({ id: jobId, account_id: id, action: 'lift', parameters: name, done: 0, skipped: 0, ...times })
    .execute()
  await db
    .insertInto('user_job_items')
    .values({ job_id: jobId, position: 0, account_id: id, outcome: null, reason: null })
    .execute()
}

/** The rows that refer to no table. */
async function insertTraces(db: Database, owner: Owner): Promise<void> {
  const { id, name, sessionId, pseudonym } = owner
  const at = owner.at.getTime()
  const of = { account_id: id }
  await db
    .insertInto('account_activity')
    .values({ ...of, period: 'day', starts_at: at })
    .execute()
  await db
    .insertInto('audit_events')
    .values({
      id: newId(),
      ...of,
      action: 'sign_in',
      outcome: 'success',
      actor_id: id,
      session_id: sessionId,
      ip_address: name,
      method: name,
      at,
    })
    .execute()
  await db
    .insertInto('audit_people')
    .values({ ...of, pseudonym, salt: `${name} salt` })
    .execute()
  const message = { template: name, content_sealed: `${name} text`, created_at: at, due_at: at, attempts: 2 }
  await db
    .insertInto('messages')
    .values({ id: newId(), ...of, channel: 'mail', outcome: null, error: null, ...message })
    .execute()
  await db
    .insertInto('idempotency_keys')
    .values({ ...of, digest: `${name} digest`, answer_sealed: `${name} answer`, created_at: at })
    .execute()
  await db
    .insertInto('deletions')
    .values({ ...of, pseudonym, deleted_at: at, erase_at: at })
    .execute()
  await db
    .insertInto('codes')
    .values({ ...of, ...code(name), id: newId(), created_at: at, expires_at: at })
    .execute()
  await db
    .insertInto('contact_changes')
    .values({
      id: newId(),
      ...of,
      session_id: sessionId,
      ...contactChange(name),
      created_at: at,
      expires_at: at,
    })
    .execute()
  await db
    .insertInto('former_contacts')
    .values({ id: newId(), ...of, ...formerContacts(name), changed_at: at, expires_at: at })
    .execute()
  const revocation = { kind: 'session', session_id: sessionId, revoked_at: at, expires_at: at } as const
  await db
    .insertInto('revocations')
    .values({ id: newId(), ...of, ...revocation })
    .execute()
}

function contactChange(name: string) {
  return { kind: 'email', address: `${name}@new.example`, canonical: `${name}@new.example` } as const
}

function formerContacts(name: string) {
  const email = `${name}@former.example`
  return {
    number: 1,
    email,
    email_canonical: email,
    email_verified_at: 1,
    requested_link_digest: `${name} undo`,
  }
}

function code(name: string) {
  const digests = { contact_digest: name, code_digest: name, link_digest: `${name} link` }
  return { slot: `${name} slot`, ...digests }
}

/** The rows of every table that belong to the owner, as text. A table that has none is not in it. */
export async function rowsOf(db: Database, owner: Owner): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const [table, column] of await ownedTables(db)) {
    const rows = await db
      .selectFrom(table as 'accounts')
      .selectAll()
      .where(column as 'id', '=', owner.id)
      .execute()
    const lines = rows.map((row) => JSON.stringify(row)).sort()
    if (lines.length > 0) found[table] = lines.join('\n')
  }
  return found
}

type OwnedTable = readonly [table: string, column: string]

let ownedTablesOnce: Promise<OwnedTable[]> | null = null

/** The tables that name an account, with the column that names it. Every engine has the same, and takes long to say so. */
export function ownedTables(db: Database): Promise<OwnedTable[]> {
  ownedTablesOnce ??= readOwnedTables(db)
  return ownedTablesOnce
}

async function readOwnedTables(db: Database): Promise<OwnedTable[]> {
  const tables = await db.introspection.getTables()
  return tables.flatMap(({ name, columns }) => {
    const column = name === 'accounts' ? 'id' : columns.find((each) => each.name === 'account_id')?.name
    return column === undefined ? [] : [[name, column] as const]
  })
}

/** True if the text contains something that belongs to the owner. */
export function names({ name, id, sessionId, pictureId, version, at }: Owner, text: string): boolean {
  return [name, id, sessionId, pictureId, version, at.toISOString().slice(0, 10)].some((mark) =>
    text.includes(mark),
  )
}
