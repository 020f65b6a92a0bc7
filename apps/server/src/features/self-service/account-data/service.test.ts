import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { tablesInOrder } from '../../../platform/database/table-order.ts'
import { type AccountData, accountDataOf } from './service.ts'

/** Tables in which nothing tells of an account. */
const withoutAccounts = [
  'external_id_counters',
  'roles',
  'role_permissions',
  'setup_links',
  'erased_accounts',
  'revocation_feed',
  'signing_keys',
  'audit_blocks',
  'audit_chain',
  'audit_checkpoints',
  'servers',
  'statistics',
  'statistics_changes',
  'webhook_endpoints',
  'client_assertions',
]

describe('the data of an account', () => {
  let server: TestServer
  let services: OwnServices
  let registered: readonly AccountData[]
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    services = openServices(server)
    registered = accountDataOf(services)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const registeredTables = () => registered.flatMap(({ tables }): string[] => [...tables]).sort()

  async function tablesThatNameAnAccount(): Promise<string[]> {
    const tables = await services.db.introspection.getTables()
    return tables
      .filter(({ columns }) => columns.some(({ name }) => name === 'account_id'))
      .map(({ name }) => name)
  }

  async function goesWithTheAccount(table: string): Promise<boolean> {
    const { rows } = await sql<{ table: string; on_delete: string }>`
      select "table", on_delete from pragma_foreign_key_list(${table})`.execute(services.db)
    if (table === 'accounts') return true
    for (const key of rows)
      if (key.on_delete === 'CASCADE' && (await goesWithTheAccount(key.table))) return true
    return false
  }

  it('is registered, each table once', () => {
    const tables = tablesInOrder.map(({ name }) => name).filter((name) => !withoutAccounts.includes(name))
    expect(registeredTables()).toEqual(tables.sort())
  })

  it('has a place in the list as soon as a table names an account', async () => {
    expect(registeredTables()).toEqual(expect.arrayContaining(await tablesThatNameAnAccount()))
    await sql`create table planted (id text primary key, account_id text)`.execute(services.db)
    expect(registeredTables()).not.toEqual(expect.arrayContaining(await tablesThatNameAnAccount()))
    await sql`drop table planted`.execute(services.db)
  })

  it('is erased by its feature, unless the database deletes it with the account', async () => {
    for (const { tables, erase } of registered)
      for (const table of tables)
        if (erase === undefined) expect(await goesWithTheAccount(table), table).toBe(true)
  })

  it('is shown by a member of the export, unless a reason is given', async () => {
    const { token } = await newPerson(server.client)
    const { body }: { body: object } = await server.client.get('/v1/me/export', { token })
    for (const { exported } of registered)
      if ('member' in exported) expect(Object.keys(body)).toContain(exported.member)
      else expect(exported.leftOut).not.toBe('')
  })
})
