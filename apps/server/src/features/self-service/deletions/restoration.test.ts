import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../../../../tests/support/api-keys.ts'
import {
  comparable,
  type DeletionServer,
  daySeconds,
  mailsTo,
  startDeletionServer,
} from '../../../../tests/support/deletion-server.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { verifyAddresses } from '../../../../tests/support/verified-addresses.ts'
import { type LoginPurpose, signInPurpose } from '../../authentication/sign-in/service.ts'
import { DeletionsRepository } from './repository.ts'
import { RestorationService } from './restoration.ts'

describe.each(engines)('restoring a deleted account on $name', (engine) => {
  let server: DeletionServer
  beforeAll(async () => {
    server = await startDeletionServer(engine)
  })
  afterAll(async () => await server?.close())

  it('restores the account as it was, but not its sessions', async () => {
    const zuri = { username: 'zuri', email: 'Zuri@example.com', phone_number: '+254712345672' }
    await server.client.register({ ...zuri, password, national_id: 'KE-1' })
    await verifyAddresses(server.services.db)
    const { body: login } = await server.client.login({ username: 'zuri', password })
    const before = (await server.client.me(String(login.access_token))).body
    const { body: deleted } = await server.deleteMe(String(login.access_token), {
      current_password: password,
    })
    server.clock.advance(7 * daySeconds - 1)
    for (const [index, way] of [
      { username: 'zuri' },
      { email: 'zuri@EXAMPLE.com' },
      { phone_number: '+254 712 345672' },
      { identifier: 'ZURI' },
    ].entries()) {
      const { status, body } = await server.restore({ ...way, password })
      expect([status, body.user.status]).toEqual([200, 'active'])
      const me = (await server.client.me(String(body.access_token))).body
      expect(me).toEqual({ ...before, updated_at: me.updated_at })
      if (index === 0) expect((await server.check(String(deleted.receipt))).body.status).toBe('restored')
    }
    expect((await server.client.me(String(login.access_token))).status).toBe(401)
    expect(
      (await server.client.post('/v1/auth/refresh', { refresh_token: login.refresh_token })).status,
    ).toBe(401)
    expect(await mailsTo(server, 'Zuri@example.com')).toEqual(['account_deleted', 'account_restored'])
    server.clock.advance(30 * daySeconds)
    await server.purge()
    expect((await server.client.login({ username: 'zuri', password })).status).toBe(200)
  })

  it('I2: restores no API key', async () => {
    const { token, secret } = await newPerson(server.client)
    const { key } = await newApiKey(server.client, token)
    expect((await server.client.me(key)).status).toBe(200)
    await server.deleteMe(token, { user_secret: secret })
    expect((await server.restore({ user_secret: secret })).status).toBe(200)
    expect((await server.client.me(key)).status).toBe(401)
  })

  it('works with the user secret too, in every mode of a sign-in', async () => {
    for (const mode of ['token', 'code', 'cookie']) {
      const { secret } = await server.leave()
      const { status, body, headers } = await server.restore({ user_secret: secret, mode })
      expect(status).toBe(200)
      expect([body.access_token !== null, body.session_code !== null]).toEqual([
        mode === 'token',
        mode === 'code',
      ])
      expect(headers.getSetCookie()).toHaveLength(mode === 'cookie' ? 1 : 0)
    }
  })

  it('A35: answers a refused restoration like a refused sign-in, if the account is unknown, the proof is wrong, or it is too late', async () => {
    await server.client.register({ username: 'farida', password })
    const { body } = await server.client.login({ username: 'farida', password })
    await server.deleteMe(String(body.access_token), { current_password: password })
    const stranger = comparable(await server.client.login({ username: 'nobody-at-all', password }))
    for (const given of [
      { username: 'nobody-at-all', password },
      { username: 'farida', password: 'wrong' },
      { user_secret: 'pxu_nobody' },
    ])
      expect(comparable(await server.restore(given))).toEqual(stranger)
    server.clock.advance(7 * daySeconds)
    expect(comparable(await server.restore({ username: 'farida', password }))).toEqual(stranger)
    await server.purge()
    expect(comparable(await server.restore({ username: 'farida', password }))).toEqual(stranger)
  })

  it('requires exactly one proof', async () => {
    const bodies = [
      {},
      { username: 'amina' },
      { password },
      { username: 'amina', email: 'amina@example.com', password },
      { user_secret: 'pxu_x', password },
      { user_secret: 'pxu_x', username: 'amina' },
      { username: 'amina', password, role: 'admin' },
    ]
    for (const body of bodies) expect((await server.restore(body)).status, JSON.stringify(body)).toBe(422)
  })

  it('A56: does not bypass a suspension', async () => {
    const { id, secret, token } = await newPerson(server.client)
    await server.services.administration.suspend(id)
    expect((await server.deleteMe(token, { user_secret: secret })).status).toBe(401)
    expect((await server.restore({ user_secret: secret })).status).toBe(401)
    const gone = await server.leave()
    await server.services.administration.suspend(gone.id)
    expect((await server.restore({ user_secret: gone.secret })).status).toBe(401)
    await server.services.administration.activate(gone.id)
    expect((await server.client.post('/v1/auth/token', { user_secret: gone.secret })).status).toBe(401)
    expect((await server.restore({ user_secret: gone.secret })).status).toBe(200)
    const other = await server.leave()
    await server.services.administration.suspend(other.id)
    server.clock.advance(7 * daySeconds)
    await server.purge()
    expect((await server.check(String(other.receipt))).body.status).toBe('erased')
  })

  it('A56: does not undo a suspension that comes while the password is verified', async () => {
    const { services } = server
    const { id } = await server.leave()
    const account = await services.accounts.get(services.db, id)
    await services.administration.suspend(account.id)
    const context = requestFrom()
    const verified = { account, methods: ['user_secret'], mode: 'token', context } as const
    const restoration = new RestorationService({
      ...services,
      clock: server.clock,
      deletions: new DeletionsRepository(),
      login: {
        withPassword: () => Promise.reject(new Error('not by password')),
        withUserSecret: (_login, _context, given?: LoginPurpose) => {
          const purpose = given ?? signInPurpose
          return services.signIn.complete({
            ...verified,
            purpose,
            client: null,
            grants: null,
            verifyUnchanged: async () => true,
            atOnce: null,
          })
        },
      },
    })
    const request = { identifiers: [], password: undefined, userSecret: 'a secret', mode: 'token' } as const
    await expect(restoration.restore(request, context)).rejects.toMatchObject({
      problem: { code: 'invalid_credentials' },
    })
    expect((await services.accounts.get(services.db, account.id)).status).toBe('suspended')
    await services.administration.activate(account.id)
    expect((await services.accounts.get(services.db, account.id)).status).toBe('deleted')
  })
})
