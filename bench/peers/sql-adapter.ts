import { DatabaseSync } from 'node:sqlite'
import type { Adapter, AdapterPayload } from 'oidc-provider'
import pg from 'pg'

/** Runs one statement with `?` for each value. It is durable when the promise resolves. */
type Run = (sql: string, values: readonly unknown[]) => Promise<{ readonly payload: string }[]>

const createTable = `
  create table if not exists oidc_payloads (
    model varchar(64) not null, id varchar(255) not null, payload text not null, expires_at bigint,
    uid varchar(255), user_code varchar(255), grant_id varchar(255),
    primary key (model, id))`
const createIndexes = ['uid', 'user_code', 'grant_id'].map(
  (column) => `create index if not exists oidc_payloads_${column} on oidc_payloads (${column})`,
)

/**
 * Returns adapters of oidc-provider that store what it issues in a table, with the same durability as Proxima: on
 * PostgreSQL if a URL is given, otherwise in a SQLite file with a write-ahead log that is synced at each commit.
 * All methods of the interface are here, because a smaller adapter would be cheaper than a usable one.
 */
export async function sqlAdapters(databaseUrl: string): Promise<(model: string) => Adapter> {
  const run = databaseUrl.startsWith('postgres') ? onPostgres(databaseUrl) : onSqlite(databaseUrl)
  for (const statement of [createTable, ...createIndexes]) await run(statement, [])
  return (model) => new SqlAdapter(model, run)
}

function onPostgres(connectionString: string): Run {
  const pool = new pg.Pool({ connectionString })
  const names = new Map<string, { readonly name: string; readonly text: string }>()
  const prepared = (sql: string) => {
    let index = 0
    const made = names.get(sql) ?? {
      name: `bench${names.size}`,
      text: sql.replaceAll('?', () => `$${++index}`),
    }
    names.set(sql, made)
    return made
  }
  return async (sql, values) =>
    (await pool.query<{ payload: string }>({ ...prepared(sql), values: [...values] })).rows
}

function onSqlite(path: string): Run {
  const db = new DatabaseSync(path)
  db.exec('pragma journal_mode = wal; pragma synchronous = full')
  const statements = new Map<string, ReturnType<typeof db.prepare>>()
  return async (sql, values) => {
    const statement = statements.get(sql) ?? db.prepare(sql)
    statements.set(sql, statement)
    return statement.all(...(values as string[])) as { payload: string }[]
  }
}

class SqlAdapter implements Adapter {
  readonly #model: string
  readonly #run: Run

  constructor(model: string, run: Run) {
    this.#model = model
    this.#run = run
  }

  async upsert(id: string, payload: AdapterPayload, expiresInSeconds?: number): Promise<void> {
    const expiresAt = expiresInSeconds === undefined ? null : Date.now() + expiresInSeconds * 1_000
    const { uid = null, userCode = null, grantId = null } = payload
    await this.#run(
      `insert into oidc_payloads (model, id, payload, expires_at, uid, user_code, grant_id)
       values (?, ?, ?, ?, ?, ?, ?)
       on conflict (model, id) do update set payload = excluded.payload, expires_at = excluded.expires_at`,
      [this.#model, id, JSON.stringify(payload), expiresAt, uid, userCode, grantId],
    )
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('id', id)
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('uid', uid)
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('user_code', userCode)
  }

  async consume(id: string): Promise<void> {
    const payload = await this.find(id)
    if (payload === undefined) return
    const consumed = JSON.stringify({ ...payload, consumed: Math.floor(Date.now() / 1_000) })
    await this.#run('update oidc_payloads set payload = ? where model = ? and id = ?', [
      consumed,
      this.#model,
      id,
    ])
  }

  async destroy(id: string): Promise<void> {
    await this.#run('delete from oidc_payloads where model = ? and id = ?', [this.#model, id])
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#run('delete from oidc_payloads where grant_id = ?', [grantId])
  }

  async #findBy(column: 'id' | 'uid' | 'user_code', value: string): Promise<AdapterPayload | undefined> {
    const [row] = await this.#run(
      `select payload from oidc_payloads
       where model = ? and ${column} = ? and (expires_at is null or expires_at > ?)`,
      [this.#model, value, Date.now()],
    )
    return row === undefined ? undefined : (JSON.parse(row.payload) as AdapterPayload)
  }
}
