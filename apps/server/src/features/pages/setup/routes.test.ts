import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { newAdministrator } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { TestClient } from '../../../../tests/support/test-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe.each(engines)('the link for the first administrator on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let browser: TestClient
  let token: string
  beforeEach(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
    // The page is not part of the API.
    browser = new TestClient(server.url)
    token = (await services.setup.newLink()) ?? ''
  })
  afterEach(async () => {
    await services?.close()
    await server?.close()
  })

  const open = (given = token) => browser.get(`/setup?token=${given}`)
  const submit = (fields: Record<string, string>) =>
    browser.send('POST', '/setup', new URLSearchParams({ token, ...fields }).toString(), {
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    })
  const rolesOf = async (username: string) => {
    const { account } = await services.identifiers.lookUp(username)
    return account === null ? null : await services.roles.rolesOf(services.db, account.id)
  }

  it('is in the output of the start, with the public address', () => {
    const [, printed = ''] = /(http[^"\s]+\/setup\?token=pxl_[\w-]+)/.exec(server.log.join('')) ?? []
    expect(printed.startsWith(`${server.url}/setup?`)).toBe(true)
    expect(printed).not.toContain(token)
  })

  it('A90: shows two forms however often it is opened, and changes nothing', async () => {
    for (let look = 0; look < 3; look++) {
      const { status, text, headers } = await open()
      expect(status).toBe(200)
      expect(text.match(/<form/g)).toHaveLength(2)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toContain('no-store')
      expect(headers.get('content-security-policy')).toContain("form-action 'self'")
    }
    expect(await services.roles.hasHolder(services.db, 'admin')).toBe(false)
  })

  it('A13: creates the administrator once, and is refused for ever after', async () => {
    expect((await submit({ username: 'Root', email: '', password })).status).toBe(200)
    expect(await rolesOf('root')).toEqual(['admin', 'user'])
    const login = await server.client.login({ username: 'root', password })
    expect(login.body.user.roles).toEqual(['admin', 'user'])
    for (const answer of [await open(), await submit({ username: 'second', password })])
      expect(answer.status).toBe(403)
    expect(await rolesOf('second')).toBeNull()
    expect(await services.setup.newLink()).toBeNull()
    const again = await startTestServer(engine, { databaseUrl: server.databaseUrl })
    expect(again.log.join('')).not.toContain('/setup')
    await again.close()
  })

  it('A13: makes an account that exists the administrator, and is recorded', async () => {
    const { id, username } = await newPerson(server.client)
    expect((await submit({ identifier: username })).status).toBe(200)
    expect(await rolesOf(username)).toEqual(['admin', 'user'])
    const events = await readEvents(server.databaseUrl)
    const [event] = events.filter(
      ({ action, account_id }) => action === 'role_assignment' && account_id === id,
    )
    expect(event).toMatchObject({ outcome: 'success', method: 'setup_link' })
    expect((await submit({ identifier: username })).status).toBe(403)
  })

  it('lets a person correct what they typed', async () => {
    const weak = await submit({ username: 'root', password: 'password' })
    expect(weak.status).toBe(422)
    expect(weak.text).toContain('role="alert"')
    expect(weak.text).toContain('value="root"')
    expect(weak.text).not.toContain('value="password"')
    const unknown = await submit({ identifier: '"><script>x</script>' })
    expect(unknown.text).toContain('value="&quot;&gt;&lt;script')
    expect(unknown.text).not.toContain('<script>')
    for (const fields of [{ password }, { username: 'x', password }, { identifier: 'no-such-person' }])
      expect((await submit(fields)).status, JSON.stringify(fields)).toBe(422)
    await newPerson(server.client, 'taken-name')
    expect((await submit({ username: 'taken-name', password })).status).toBe(422)
    expect((await submit({ username: 'root', password })).status).toBe(200)
  })

  it('A13: does not work once there is an administrator, even if they are suspended', async () => {
    const one = await newAdministrator(server.client, services)
    expect((await open()).status).toBe(403)
    await services.db.updateTable('accounts').set({ status: 'suspended' }).where('id', '=', one.id).execute()
    expect((await open()).status).toBe(403)
    expect((await submit({ username: 'second', password })).status).toBe(403)
  })

  it('A84: has expired after an hour', async () => {
    server.clock.advance(3_599)
    expect((await open()).status).toBe(200)
    server.clock.advance(1)
    expect((await open()).status).toBe(403)
    expect((await submit({ username: 'root', password })).status).toBe(403)
  })

  it('A85: is stored as a digest, and no other text is taken for it', async () => {
    const rows = await services.db.selectFrom('setup_links').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(token.slice(4))
    for (const given of ['', 'x', `${token}x`, token.toUpperCase(), rows[0]?.token_digest ?? '', '%00'])
      expect((await open(given)).status, given).toBe(403)
    expect((await browser.get('/setup')).status).toBe(403)
    expect((await open('%3Cscript%3E')).text).not.toContain('<script>')
  })

  it('A32: takes nothing but its forms', async () => {
    expect((await browser.post('/setup', { token, username: 'root', password })).status).toBe(400)
    expect((await submit({ username: 'root', password, role: 'admin' })).status).toBe(422)
    expect((await open()).status).toBe(200)
  })
})
