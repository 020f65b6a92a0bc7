import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import {
  emailOf,
  newPassword,
  oldPassword,
  phoneOf,
  type RecoveryServer,
  type Registered,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { codeSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { openServices } from '../../../../tests/support/services.ts'

describe.each(engines)('taking over an account by recovery on $name', (engine) => {
  let server: RecoveryServer
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
  })
  afterAll(async () => await server?.close())

  it('A09, A10: leaves nothing of someone who registered the address of another person', async () => {
    const email = emailOf('victim')
    const attackers = phoneOf()
    const { id } = await server.register({ email, phone_number: attackers })
    const { body } = await server.login(attackers, oldPassword)
    const secret = (
      await server.client.post(
        '/v1/me/secret',
        { current_password: oldPassword },
        { token: body.access_token },
      )
    ).body
    expect((await server.reset(await server.tokenFor(email), newPassword)).status).toBe(204)
    expect((await server.client.me(String(body.access_token))).status).toBe(401)
    expect((await server.post('/v1/auth/token', { user_secret: secret.user_secret })).status).toBe(401)
    expect((await server.login(attackers, newPassword)).status).toBe(401)
    const me = await server.client.me(String((await server.login(email, newPassword)).body.access_token))
    expect(me.body).toMatchObject({ id, email, email_verified: true, phone_number: null })
    expect(await messagesTo(server.client, attackers)).toEqual([])
  })

  it('A10: sends nothing to an unverified contact of an account that has a verified one', async () => {
    const email = emailOf('khadija')
    const attackers = phoneOf()
    await server.register({ email, phone_number: attackers }, ['email'])
    await server.request(attackers)
    expect(await messagesTo(server.client, attackers)).toEqual([])
    expect(await messagesTo(server.client, email)).toHaveLength(1)
    expect((await server.verify(attackers, await codeSentTo(server.client, email))).status).toBe(200)
  })

  it('I5: a token proves nothing once the account has another contact', async () => {
    const email = emailOf('leila')
    const { id } = await server.register({ email }, ['email'])
    const token = await server.tokenFor(email)
    const next = emailOf('next')
    await server.db
      .updateTable('accounts')
      .set({ email: next, email_canonical: next })
      .where('id', '=', id)
      .execute()
    expect((await server.reset(token, newPassword)).body.code).toBe('code_invalid')
    expect((await server.login(next, oldPassword)).status).toBe(200)
  })

  it('I2: a suspended account cannot finish, and a deleted one can, to be restored', async () => {
    const email = emailOf('musa')
    const { id } = await server.register({ email }, ['email'])
    const setStatus = async (status: 'suspended' | 'deleted') =>
      await server.db.updateTable('accounts').set({ status }).where('id', '=', id).execute()
    const token = await server.tokenFor(email)
    await setStatus('suspended')
    expect((await server.reset(token, newPassword)).body.code).toBe('code_invalid')
    await server.db.updateTable('accounts').set({ status: 'active' }).where('id', '=', id).execute()
    const { body } = await server.login(email, oldPassword)
    const deleted = await server.client.send(
      'DELETE',
      '/v1/me',
      JSON.stringify({ current_password: oldPassword }),
      {
        token: body.access_token,
      },
    )
    expect(deleted.status).toBe(202)
    expect((await server.reset(await server.tokenFor(email), newPassword)).status).toBe(204)
    expect((await server.login(email, newPassword)).status).toBe(401)
    const restored = await server.post('/v1/auth/restore', { identifier: email, password: newPassword })
    expect(restored.status).toBe(200)
  })

  it('A55, I2: nothing that was sent before a new password, a new secret, a suspension or a deletion still works', async () => {
    const services = openServices(server)
    type Act = (owner: Registered, token: string) => Promise<unknown>
    const acts: Record<string, Act> = {
      password: async (_owner, token) =>
        await server.client.put(
          '/v1/me/password',
          { current_password: oldPassword, new_password: newPassword },
          { token },
        ),
      secret: async (_owner, token) =>
        await server.client.post('/v1/me/secret', { current_password: oldPassword }, { token }),
      operator: async ({ id }) => await services.credentialReset.setPassword(id, newPassword),
      suspension: async ({ id }) => {
        await services.administration.suspend(id)
        await services.administration.activate(id)
      },
      deletion: async (_owner, token) =>
        await server.client.send('DELETE', '/v1/me', JSON.stringify({ current_password: oldPassword }), {
          token,
        }),
    }
    try {
      for (const [name, act] of Object.entries(acts)) {
        const email = emailOf(name)
        const owner = await server.register({ email }, ['email'])
        const { body } = await server.login(email, oldPassword)
        const recovery = await server.tokenFor(email)
        await server.request(email)
        const code = await codeSentTo(server.client, email)
        await act(owner, String(body.access_token))
        expect((await server.reset(recovery, oldPassword)).body.code, name).toBe('code_invalid')
        expect((await server.verify(email, code)).body.code, name).toBe('code_invalid')
      }
    } finally {
      await services.close()
    }
  })
})
