import type { DatabaseSync } from 'node:sqlite'
import type { Exchange } from '../test-client.ts'
import { type JournalRecord, sentAt } from './journal.ts'

/** `proof` is a query that finds the stored row. */
interface Promised {
  readonly what: string
  readonly proof: string
  readonly values: readonly string[]
  /** With it, a test can check that the account exists. */
  readonly userSecret?: string
}

export interface Acknowledged extends Promised {
  /** The index of the journal record with which the answer was sent. */
  readonly at: number
}

/** Notes what a server acknowledges. */
export class Ledger {
  readonly #promises: { readonly requestId: string; readonly promised: Promised }[] = []

  readonly note = (exchange: Exchange): void => {
    const requestId = exchange.answer.headers.get('x-request-id') ?? ''
    const promised = promisedIn(exchange)
    if (promised !== null) this.#promises.push({ requestId, promised })
  }

  acknowledged(records: readonly JournalRecord[]): Acknowledged[] {
    const sent = sentAt(records, /^x-request-id: (\S+)\r$/im)
    return this.#promises.map(({ requestId, promised }) => {
      const at = sent.get(requestId)
      if (at === undefined) throw new Error(`the journal does not have the answer to ${requestId}`)
      return { ...promised, at }
    })
  }
}

/** Returns a line for each damage, each acknowledged row that is missing, and each incomplete account. */
export function problemsIn(found: DatabaseSync, acknowledged: readonly Acknowledged[]): string[] {
  const damage = found
    .prepare('pragma integrity_check')
    .all()
    .map((row) => String(row['integrity_check']))
    .filter((line) => line !== 'ok')
  // There may be no tables yet. Then nothing is incomplete.
  const hasTables = found.prepare("select 1 from sqlite_schema where name = 'accounts'").get() !== undefined
  const isMissing = ({ proof, values }: Promised) =>
    !hasTables || found.prepare(proof).get(...values) === undefined
  const missing = acknowledged.filter(isMissing)
  return [
    ...damage,
    ...missing.map(({ what, values }) => `${what} is missing: ${values.join(' ')}`),
    ...(hasTables ? incompleteIn(found) : []),
  ]
}

/** Null if the answer promises nothing. */
function promisedIn({ method, path, sent = '{}', answer }: Exchange): Promised | null {
  const asked = JSON.parse(sent) as Record<string, string>
  const [route, query] = path.split('?')
  switch (`${method} ${route} ${answer.status}`) {
    case 'POST /v1/auth/register 201':
      return {
        what: 'account',
        proof: 'select 1 from accounts where id = ?',
        values: [answer.body.id],
        userSecret: answer.body.user_secret,
      }
    // These callers have registered nothing, but have learnt that someone else has.
    case 'POST /v1/auth/register 409':
      return { what: 'account that has the name', proof: accountOf, values: [asked['username'] ?? ''] }
    case 'GET /v1/auth/availability 200': {
      const username = new URLSearchParams(query).get('username') ?? ''
      return answer.body.available
        ? null
        : { what: 'account that has the name', proof: accountOf, values: [username] }
    }
    case 'POST /v1/auth/login 200':
    case 'POST /v1/auth/token 200':
      return {
        what: 'session',
        proof: 'select 1 from sessions where id = ?',
        values: [answer.body.session_id],
      }
    case 'POST /v1/auth/login 401':
      return { what: 'refusal', proof: refusalOf, values: [asked['username'] ?? ''] }
    case 'PATCH /v1/me 200':
      return {
        what: 'name',
        proof: 'select 1 from accounts where id = ? and full_name = ?',
        values: [answer.body.id, asked['full_name'] ?? ''],
      }
    default:
      return null
  }
}

const accountOf = 'select 1 from accounts where username = ?'

/** A refused sign-in is counted (I3) and recorded before it is answered. */
const refusalOf = `
  select 1 from audit_events join accounts on accounts.id = account_id
  where outcome = 'failure' and username = ?`

const incompleteQueries = {
  'account without a role': 'select id from accounts where id not in (select account_id from account_roles)',
  'account without a credential': `
    select id from accounts where id not in (select account_id from passwords)
    and id not in (select account_id from user_secrets)`,
  'account without its audit event': `
    select id from accounts where id not in (select account_id from audit_events where action = 'registration')`,
  'session without its audit event': `
    select id from sessions where id not in (select session_id from audit_events where session_id is not null)`,
}

function incompleteIn(found: DatabaseSync): string[] {
  return Object.entries(incompleteQueries).flatMap(([what, query]) =>
    found
      .prepare(query)
      .all()
      .map(({ id }) => `${what}: ${String(id)}`),
  )
}
