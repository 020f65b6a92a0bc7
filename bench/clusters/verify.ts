import { connect } from '../../apps/server/src/platform/database/connect.ts'
import type { Database } from '../../apps/server/src/platform/database/tables.ts'
import type { Outcome } from './load.ts'
import { must, say } from './processes.ts'

export async function withDatabase<T>(
  engine: 'mysql' | 'postgres',
  url: string,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const options = { poolMax: 4, statementTimeoutMs: 60_000, onError: () => undefined }
  const { db } = connect({ engine, url }, options)
  try {
    return await work(db)
  } finally {
    await db.destroy()
  }
}

/** Compares the rows of a database with what the servers acknowledged. */
export async function verify(db: Database, name: string, { acknowledged }: Outcome): Promise<void> {
  const accounts = await db.selectFrom('accounts').select(['id', 'username']).execute()
  const ids = new Set<string>(accounts.map(({ id }) => id))
  const sessions = new Set<string>(
    (await db.selectFrom('sessions').select('id').execute()).map(({ id }) => id),
  )
  const owners = async (table: 'account_roles' | 'passwords' | 'user_secrets') =>
    (await db.selectFrom(table).select('account_id').execute()).map((row) => row.account_id)
  const withRole = new Set(await owners('account_roles'))
  const withCredential = new Set([...(await owners('passwords')), ...(await owners('user_secrets'))])

  const lost = acknowledged.filter(({ id }) => !ids.has(id))
  must(lost.length === 0, `${name}: of ${acknowledged.length} acknowledged accounts ${lost.length} are lost`)
  const sessionIds = acknowledged.flatMap((account) => account.sessionIds)
  const lostSessions = sessionIds.filter((id) => !sessions.has(id))
  must(
    lostSessions.length === 0,
    `${name}: of ${sessionIds.length} acknowledged sign-ins ${lostSessions.length} are lost`,
  )
  const incomplete = accounts.filter(({ id }) => !withRole.has(id) || !withCredential.has(id))
  must(incomplete.length === 0, `${name}: of ${accounts.length} accounts ${incomplete.length} are incomplete`)
}

/** Checks that clients saw only successes and 503 with a code. */
export function judge({ answers, wrong, longestGapMs }: Outcome): void {
  say(
    `        answers: ${[...answers]
      .map(([kind, count]) => `${kind}: ${count}`)
      .toSorted()
      .join(', ')}`,
  )
  say(`        longest time without a success: ${longestGapMs} ms`)
  must(wrong.length === 0, `every answer was a success or a 503 with its code (${wrong.length} were not)`)
  for (const text of new Set(wrong)) say(`        ${text}`)
}
