import type { Database } from '../../src/platform/database/tables.ts'

const ownedTables = ['username_skeletons', 'account_roles', 'passwords', 'user_secrets', 'sessions'] as const

/**
 * Returns a line for each row without the rows that are stored together with it. No database may contain one, however
 * its servers ended. Use it on databases in which no account was erased and no session ended.
 */
export async function incompleteRows(db: Database): Promise<string[]> {
  const accounts = await db.selectFrom('accounts').select(['id', 'username']).execute()
  const owners = new Map(
    await Promise.all(
      ownedTables.map(async (table) => {
        const rows = await db.selectFrom(table).select('account_id').execute()
        return [table, rows.map(({ account_id }) => account_id)] as const
      }),
    ),
  )
  const of = (table: (typeof ownedTables)[number]) => new Set(owners.get(table))
  const [skeletons, roles, passwords, secrets] = [
    of('username_skeletons'),
    of('account_roles'),
    of('passwords'),
    of('user_secrets'),
  ]
  const complaints: string[] = []
  for (const { id, username } of accounts) {
    if (!roles.has(id)) complaints.push(`account ${id} has no role`)
    if (passwords.has(id) === secrets.has(id))
      complaints.push(`account ${id} does not have exactly one credential`)
    if (username !== null && !skeletons.has(id))
      complaints.push(`account ${id} has a username without a skeleton`)
  }
  const ids = new Set(accounts.map(({ id }) => id))
  return [
    ...complaints,
    ...(await orphanedRows(db)),
    ...(await withoutTrace(db, ids)),
    ...(await unansweredKeys(db)),
  ]
}

/** Returns a line for each row whose account does not exist. */
export async function orphanedRows(db: Database): Promise<string[]> {
  const accounts = await db.selectFrom('accounts').select('id').execute()
  const ids = new Set(accounts.map(({ id }) => id))
  const found = await Promise.all(
    [...ownedTables, 'deletions' as const].map(async (table) => {
      const rows = await db.selectFrom(table).select('account_id').execute()
      // A username that is held for no one names no account.
      const lost = rows.filter(({ account_id }) => account_id !== null && !ids.has(account_id))
      return lost.map(({ account_id }) => `${table} names ${account_id}, which does not exist`)
    }),
  )
  return found.flat()
}

/** Returns a line for each account or session that the audit trail does not record exactly once. */
async function withoutTrace(db: Database, accountIds: ReadonlySet<string>): Promise<string[]> {
  const events = await db
    .selectFrom('audit_events')
    .select(['action', 'account_id', 'session_id'])
    .where('outcome', '=', 'success')
    .where('action', 'in', ['registration', 'import', 'sign_in'])
    .execute()
  const sessions = await db.selectFrom('sessions').select('id').execute()
  const named = (actions: readonly string[], column: 'account_id' | 'session_id') =>
    events.filter((event) => actions.includes(event.action)).map((event) => String(event[column]))
  return [
    ...differences('registration of', named(['registration', 'import'], 'account_id'), accountIds),
    ...differences('session', named(['sign_in'], 'session_id'), new Set(sessions.map(({ id }) => id))),
  ]
}

function differences(what: string, traces: readonly string[], there: ReadonlySet<string>): string[] {
  const traced = new Set(traces)
  return [
    ...(traced.size === traces.length ? [] : [`a ${what} something is in the audit trail twice`]),
    ...[...traced].filter((id) => !there.has(id)).map((id) => `${what} ${id} is in the audit trail alone`),
    ...[...there].filter((id) => !traced.has(id)).map((id) => `${what} ${id} is not in the audit trail`),
  ]
}

async function unansweredKeys(db: Database): Promise<string[]> {
  const keys = db.selectFrom('idempotency_keys').select('digest').where('answer_sealed', 'is', null)
  return (await keys.execute()).map(({ digest }) => `idempotency key ${digest} has no answer`)
}
