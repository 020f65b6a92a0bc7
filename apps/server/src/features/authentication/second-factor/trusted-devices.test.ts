import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import {
  type DeletionServer,
  daySeconds,
  mailsTo,
  startDeletionServer,
} from '../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { addTotp, totpCode } from '../../../../tests/support/factors.ts'
import { password } from '../../../../tests/support/password.ts'
import { recoveryTokenFor } from '../../../../tests/support/recovery.ts'
import type { Answer } from '../../../../tests/support/test-client.ts'
import { startTestServer } from '../../../../tests/support/test-server.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'
import { inTransaction } from '../../../platform/database/transactions.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'

const header = 'proxima-trusted-device'
const newPassword = 'nine yellow trains sleep'

/** The claims of the access token in the answer. */
function claimsOf({ body }: Answer): object {
  const [, payload = ''] = String(body.access_token).split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
}

describe.each(engines)('a trusted device on $name', (engine) => {
  let server: DeletionServer
  let count = 0
  beforeAll(async () => {
    server = await startDeletionServer(engine)
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    const username = `owner-${++count}`
    const email = `${username}@example.com`
    const { body: user } = await server.client.register({ username, email, password })
    await verifyAddresses(server.services.db)
    const { body } = await server.client.login({ username, password })
    const { recoveryCodes, secret } = await addTotp(server.client, String(body.access_token), server.clock)
    const codes = [...recoveryCodes]
    const login = (headers: Record<string, string> = {}, more: object = {}) =>
      server.client.post('/v1/auth/login', { username, password, ...more }, { headers })
    /** Signs in with both factors, and trusts the device. */
    const finish = async (more: object = {}) => {
      const asked = await login({}, more)
      const given = { challenge: asked.body.challenge, factor: 'recovery_code', code: codes.pop() }
      return await server.client.post('/v1/auth/mfa', { ...given, trust_device: true })
    }
    const trust = async () => {
      const answer = await finish()
      const device = answer.headers.get(header) ?? ''
      return { device, headers: { [header]: device }, token: String(answer.body.access_token) }
    }
    return { email, finish, id: user.id as AccountId, login, secret, trust, username }
  }
  const rowsOf = async (id: AccountId) =>
    await server.services.db.selectFrom('trusted_devices').selectAll().where('account_id', '=', id).execute()

  it('needs no second factor for thirty days, and no token claims one', async () => {
    const { id, login, trust } = await newOwner()
    const { device, headers } = await trust()
    expect(device).toMatch(/^pxt_[\w-]{43}$/)
    const answer = await login(headers)
    expect(answer.status, answer.text).toBe(200)
    expect(claimsOf(answer)).toMatchObject({ amr: ['pwd'], acr: 'urn:proxima:aal1' })
    const events = await readEvents(server.databaseUrl)
    const last = events.filter((event) => event.account_id === id && event.action === 'sign_in').at(-1)
    expect(last).toMatchObject({ outcome: 'success', method: 'password trusted_device' })
    server.clock.advance(30 * daySeconds)
    expect((await login(headers)).body.code).toBe('mfa_required')
  })

  it('is trusted only if its owner says so', async () => {
    const { login, secret } = await newOwner()
    const asked = await login()
    server.clock.advance(30)
    const code = await totpCode(secret, server.clock)
    const given = { challenge: asked.body.challenge, factor: 'totp', code }
    const answer = await server.client.post('/v1/auth/mfa', given)
    expect([answer.status, answer.headers.get(header)]).toEqual([200, null])
  })

  it('keeps a cookie in a browser, which no script reads, and takes no two (A58)', async () => {
    const { finish, login } = await newOwner()
    const answer = await finish({ mode: 'cookie' })
    expect(answer.headers.get(header)).toBeNull()
    const cookies = answer.headers.getSetCookie()
    const cookie = cookies.find((each) => each.startsWith('__Host-proxima-device=')) ?? ''
    expect(cookie).toMatch(/^__Host-proxima-device=pxt_[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax/)
    expect(cookie).toContain('Max-Age=2592000')
    const [pair = ''] = cookie.split(';')
    expect((await login({ cookie: pair })).status).toBe(200)
    expect((await login({ cookie: `${pair}; ${pair}` })).body.code).toBe('mfa_required')
    expect((await login()).body.code).toBe('mfa_required')
  })

  it('I4: does not help someone who lacks the password, or signs in to another account', async () => {
    const [amina, wanja] = [await newOwner(), await newOwner()]
    const { headers } = await amina.trust()
    expect((await wanja.login(headers)).body.code).toBe('mfa_required')
    const wrong = await amina.login(headers, { password: 'wrong' })
    const stranger = await amina.login(headers, { username: 'nobody-has-this' })
    const withoutIds = [wrong, stranger].map(({ text }) => text.replace(/"request_id":"[^"]*"/, ''))
    expect(withoutIds[0]).toBe(withoutIds[1])
    expect(wrong.body.code).toBe('invalid_credentials')
  })

  it('A96: is not enough for a change of the second factors', async () => {
    const { login, trust } = await newOwner()
    const { headers } = await trust()
    const token = String((await login(headers)).body.access_token)
    const refused = await server.client.send('POST', '/v1/me/factors/totp', undefined, { token })
    expect([refused.status, refused.body.code]).toEqual([403, 'step_up_required'])
  })

  it('is asked for a second factor before a deleted account is restored', async () => {
    const { trust, username } = await newOwner()
    const { headers, token } = await trust()
    await server.deleteMe(token, { current_password: password })
    const asked = await server.client.post('/v1/auth/restore', { username, password }, { headers })
    expect(asked.body.code).toBe('mfa_required')
  })

  const remove = (path: string, token: string) => server.client.send('DELETE', path, undefined, { token })

  it.each<[string, (owner: { token: string; email: string }) => Promise<Answer>]>([
    [
      'a change of the password',
      ({ token }) => {
        const body = { current_password: password, new_password: newPassword }
        return server.client.put('/v1/me/password', body, { token })
      },
    ],
    [
      'a recovery',
      async ({ email }) => {
        const recovery_token = await recoveryTokenFor(server.client, email)
        const body = { recovery_token, new_password: newPassword }
        return await server.client.post('/v1/auth/recovery/reset', body)
      },
    ],
    [
      'the removal of a factor',
      async ({ token }) => {
        const { body } = await server.client.get('/v1/me/factors', { token })
        return await remove(`/v1/me/factors/${String(body.data[0].id)}`, token)
      },
    ],
    ['the end of all other sessions', ({ token }) => remove('/v1/me/sessions', token)],
    ['the end of all trust', ({ token }) => remove('/v1/me/trusted-devices', token)],
  ])('I2: is no longer trusted after %s', async (_what, act) => {
    const { email, id, trust } = await newOwner()
    const { token } = await trust()
    expect(await rowsOf(id)).toHaveLength(1)
    const answer = await act({ token, email })
    expect(answer.status, answer.text).toBe(204)
    expect(await rowsOf(id)).toEqual([])
  })

  it('I2: a cookie that was stolen before does not work with the new password', async () => {
    const { login, trust } = await newOwner()
    const { headers, token } = await trust()
    const body = { current_password: password, new_password: newPassword }
    await server.client.put('/v1/me/password', body, { token })
    expect((await login(headers, { password: newPassword })).body.code).toBe('mfa_required')
  })

  it('is listed without its secret, and removed by its owner alone (A33)', async () => {
    const [amina, wanja] = [await newOwner(), await newOwner()]
    const { device, headers, token } = await amina.trust()
    const hers = await wanja.trust()
    const answer = await server.client.get('/v1/me/trusted-devices', { token, headers })
    expect(answer.text).not.toContain(device.slice(4))
    expect(answer.body.data).toHaveLength(1)
    expect(answer.body.data[0]).toMatchObject({ current: true, last_used_at: null })
    const path = `/v1/me/trusted-devices/${String(answer.body.data[0].id)}`
    expect((await remove(path, hers.token)).status).toBe(404)
    expect((await amina.login(headers)).status).toBe(200)
    expect((await remove(path, token)).status).toBe(204)
    expect((await amina.login(headers)).body.code).toBe('mfa_required')
  })

  it('tells its owner, and stores no secret (A85)', async () => {
    const { email, id, trust } = await newOwner()
    const { device } = await trust()
    expect(await mailsTo(server, email)).toContain('device_trusted')
    expect(JSON.stringify(await rowsOf(id))).not.toContain(device.slice(4))
  })

  it('I13: takes the place of the first one, if there are too many', async () => {
    const { id, login } = await newOwner()
    const { db, trustedDevices } = server.services
    const secrets: string[] = []
    for (let each = 0; each < 21; each++) {
      server.clock.advance(1)
      const trust = await inTransaction(db, (transaction) => trustedDevices.trust(transaction, id, noRequest))
      secrets.push(trust.secret)
    }
    expect(await trustedDevices.list(db, id)).toHaveLength(20)
    expect((await login({ [header]: secrets[0] ?? '' })).body.code).toBe('mfa_required')
    expect((await login({ [header]: secrets[20] ?? '' })).status).toBe(200)
  })

  it('is purged once it is no longer trusted', async () => {
    const { id, trust } = await newOwner()
    await trust()
    server.clock.advance(30 * daySeconds)
    expect(await server.services.trustedDevices.purge(500)).toBeGreaterThan(0)
    expect(await rowsOf(id)).toEqual([])
  })
})

describe.each(engines)('a trusted device if the settings ask for more, on $name', (engine) => {
  it.each<Record<string, string>>([
    { PROXIMA_TRUSTED_DEVICE_DAYS: '0' },
    { PROXIMA_SECOND_FACTOR: 'required' },
  ])('is not trusted: %o', async (env) => {
    const before = await startTestServer(engine)
    const { client, clock, databaseUrl } = before
    const { token } = await client.signUp('amina', password)
    const { recoveryCodes } = await addTotp(client, token, clock)
    const finish = async (on: typeof client, code: string | undefined) => {
      const asked = await on.login({ username: 'amina', password })
      const body = { challenge: asked.body.challenge, factor: 'recovery_code', code, trust_device: true }
      return await on.post('/v1/auth/mfa', body)
    }
    const headers = { [header]: (await finish(client, recoveryCodes[0])).headers.get(header) ?? '' }
    const after = await startTestServer(engine, { clock, databaseUrl, env })
    const asked = await after.client.post('/v1/auth/login', { username: 'amina', password }, { headers })
    expect(asked.body.code).toBe('mfa_required')
    const answer = await finish(after.client, recoveryCodes[1])
    expect([answer.status, answer.headers.get(header)]).toEqual([200, null])
    await after.close()
    await before.close()
  })
})
