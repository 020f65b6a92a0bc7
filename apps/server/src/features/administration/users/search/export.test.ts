import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import type { Person } from '../../../../../tests/support/people.ts'
import { newAdministrator, personWith } from '../../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'
import { csvOf } from './csv.ts'
import type { ListedUser } from './model.ts'

/** The cells of a CSV document, as a spreadsheet reads them. */
function parse(text: string): string[][] {
  const lines = text.split('\r\n').slice(0, -1)
  return lines.map((line) =>
    [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell = '']) => cell.replaceAll('""', '"')),
  )
}

describe.each(engines)('the export of users on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let admin: Person
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    admin = await newAdministrator(server.client, services)
    for (const [index, full_name] of ['=1+1', 'Amina "A"', 'Baraka'].entries())
      await server.client.register({
        username: `person-${index}`,
        full_name,
        phone_number: `+25471234567${index}`,
      })
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const get = (query = '', { token } = admin) => server.client.get(`/v1/users/export${query}`, { token })

  it('has a line for each user of the filter, in the order of creation, and no private details', async () => {
    const { status, headers, text } = await get('?q=person')
    expect([status, headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
    expect(headers.get('content-disposition')).toBe('attachment; filename="users.csv"')
    const [header = [], ...rows] = parse(text)
    const column = (name: string) => rows.map((row) => row[header.indexOf(name)])
    expect(column('username')).toEqual(['person-0', 'person-1', 'person-2'])
    expect(column('full_name')).toEqual(["'=1+1", 'Amina "A"', 'Baraka'])
    expect(column('phone_number')).toEqual(["'+254712345670", "'+254712345671", "'+254712345672"])
    expect(column('roles')).toEqual(['user', 'user', 'user'])
    expect(header).not.toContain('address')
    expect(header).not.toContain('national_id')
  })

  it('needs its own permission and a recent sign-in, and is in the audit trail', async () => {
    const reader = await personWith(server.client, services, ['users:read', 'users:write'])
    expect((await get('', reader)).body.code).toBe('forbidden')
    const exporter = await personWith(server.client, services, ['users:export'])
    expect((await get('', exporter)).status).toBe(200)
    const events = services.db.selectFrom('audit_events').select('action').where('action', '=', 'user_export')
    expect((await events.execute()).length).toBeGreaterThan(0)
    server.clock.advance(700)
    expect((await get('', exporter)).body.code).toBe('step_up_required')
  })
})

describe('the export of very many users', () => {
  it('reads the next page only when the client has taken the one before', async () => {
    let read = 0
    async function* pages(): AsyncGenerator<readonly ListedUser[]> {
      for (; read < 100; read++) yield []
    }
    const lines = csvOf(pages())
    for (let taken = 0; taken < 3; taken++) await lines.next()
    expect(read).toBeLessThanOrEqual(2)
    await lines.return(undefined)
    expect(read).toBeLessThanOrEqual(2)
  })
})
