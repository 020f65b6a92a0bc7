import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { wrongCode } from '../../../../tests/support/codes.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { finish, totpCode } from '../../../../tests/support/factors.ts'
import { hoursMs, newLosingOwner, waitSeconds } from '../../../../tests/support/lost-factor.ts'
import {
  newPassword,
  oldPassword,
  type RecoveryServer,
  recoveryTokenFor,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { codeSentTo, linkTokenSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import type { TestServer } from '../../../../tests/support/test-server.ts'
import { noRequest } from '../../../platform/kernel/request-context.ts'
import { operator } from '../../authorization/roles/model.ts'

const reason = 'Ticket 4712'

describe.each(engines)('someone who has lost every second factor on $name', (engine) => {
  let server: RecoveryServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
    services = openServices(server)
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const confirm = async (challenge: string, code: string, node: TestServer = server) =>
    await server.post('/v1/auth/mfa/lost/confirm', { challenge, code }, node)
  const templatesTo = async (address: string) =>
    (await messagesTo(server.client, address)).map(({ template }) => template)
  const usableAt = () => new Date(server.clock.now().getTime() + hoursMs(72)).toISOString()

  it('waits for 72 hours, of which every contact is notified, and then signs in with a code (A95)', async () => {
    const owner = await newLosingOwner(server, { hasPhone: true })
    const usable_at = usableAt()
    const begun = await owner.lose()
    expect([begun.status, begun.body]).toEqual([202, { usable_at, sent_to: null }])
    for (const address of [owner.email, owner.phone])
      expect((await templatesTo(address))[0]).toBe('factor_recovery_waiting')
    // Nothing has changed yet.
    expect((await server.client.me(owner.token)).status).toBe(200)
    server.clock.advance(waitSeconds - 1)
    const early = await owner.lose()
    expect(early.body).toEqual({ usable_at, sent_to: null })
    expect((await confirm(early.challenge, '123456', server.other)).body.code).toBe('code_invalid')
    server.clock.advance(1)
    const ready = await owner.lose()
    // The mailbox may have been enough to get the password (A95).
    expect(ready.body).toEqual({ usable_at, sent_to: 'phone_number' })
    const code = await codeSentTo(server.client, owner.phone)
    const wrong = await confirm(ready.challenge, wrongCode(code))
    expect([wrong.status, wrong.body.code]).toEqual([422, 'code_invalid'])
    const done = await confirm(ready.challenge, code)
    expect(done.status, done.text).toBe(200)
    const token = String(done.body.access_token)
    const factors = await server.client.get('/v1/me/factors', { token })
    expect(factors.body).toEqual({ data: [], recovery_codes_left: 0 })
    const { body } = await server.client.get('/v1/me/sessions', { token })
    expect(body.data).toMatchObject([{ current: true, amr: ['pwd'], acr: 'urn:proxima:aal1' }])
    expect((await server.client.me(owner.token)).status).toBe(401)
    for (const address of [owner.email, owner.phone])
      expect((await templatesTo(address))[0]).toBe('factor_removed')
    expect((await owner.signIn()).status).toBe(200)
  })

  it('I2: does not shorten or prolong the wait by asking again, and is notified once', async () => {
    const owner = await newLosingOwner(server)
    const { usable_at } = (await owner.lose()).body
    server.clock.advance(40 * 3_600)
    expect((await owner.lose()).body).toEqual({ usable_at, sent_to: null })
    const waiting = (await templatesTo(owner.email)).filter((each) => each === 'factor_recovery_waiting')
    expect(waiting).toHaveLength(1)
    await expect(services.userFactorRecovery.start(owner.id, reason, operator)).resolves.toEqual(
      new Date(String(usable_at)),
    )
  })

  it('must wait again if it was not finished in three days', async () => {
    const owner = await newLosingOwner(server)
    await owner.lose()
    server.clock.advance(waitSeconds + 72 * 3_600 + 1)
    expect((await owner.lose()).body).toEqual({ usable_at: usableAt(), sent_to: null })
  })

  it('A90: is stopped with one click on the link of any notification, once', async () => {
    const owner = await newLosingOwner(server, { hasPhone: true })
    await owner.lose()
    server.clock.advance(waitSeconds)
    const ready = await owner.lose()
    const code = await codeSentTo(server.client, owner.phone)
    const link = await linkTokenSentTo(server.client, owner.email)
    for (let look = 0; look < 3; look++) await services.factorRecoveryWaits.checkLink(link)
    await services.factorRecoveryWaits.cancel(link, noRequest)
    await expect(services.factorRecoveryWaits.cancel(link, noRequest)).rejects.toThrow()
    expect((await confirm(ready.challenge, code)).body.code).toBe('code_invalid')
    expect((await owner.lose()).body.sent_to).toBeNull()
    expect((await owner.signIn()).body.code).toBe('mfa_required')
  })

  it('ends the recovery by a sign-in with a second factor', async () => {
    const owner = await newLosingOwner(server)
    await owner.lose()
    server.clock.advance(waitSeconds)
    const found = await finish(
      server.client,
      await owner.signIn(),
      'totp',
      await totpCode(owner.secret, server.clock),
    )
    expect(found.status).toBe(200)
    expect((await owner.lose()).body).toEqual({ usable_at: usableAt(), sent_to: null })
  })

  it.each([
    [
      'a new password',
      async ({ email }: { email: string }) => {
        const headers = { 'x-forwarded-for': '192.0.2.77' }
        const recovery_token = await recoveryTokenFor(server.client, email, { headers })
        await server.reset(recovery_token, newPassword)
        return newPassword
      },
    ],
    [
      'a suspension',
      async ({ id }: { id: string }) => {
        await services.administration.suspend(id as never)
        await services.administration.activate(id as never)
        return oldPassword
      },
    ],
    [
      'another contact',
      async ({ id }: { id: string }) => {
        const phone_number = `+2547${String(Date.now()).slice(-8)}`
        await server.db
          .updateTable('accounts')
          .set({ phone_number, phone_number_verified_at: 1 })
          .where('id', '=', id as never)
          .execute()
        return oldPassword
      },
    ],
  ])('I2: must begin again after %s', async (_what, change) => {
    const owner = await newLosingOwner(server)
    await owner.lose()
    server.clock.advance(waitSeconds)
    const ready = await owner.lose()
    const code = await codeSentTo(server.client, owner.email)
    const password = await change(owner)
    expect((await confirm(ready.challenge, code)).status).not.toBe(200)
    expect((await owner.lose(password)).body).toEqual({ usable_at: usableAt(), sent_to: null })
  })

  it('A83: gives a code that finishes no other sign-in, and works for ten minutes', async () => {
    const owner = await newLosingOwner(server)
    await owner.lose()
    server.clock.advance(waitSeconds)
    const other = String((await owner.signIn()).body.challenge)
    await owner.lose()
    const code = await codeSentTo(server.client, owner.email)
    expect((await confirm(other, code)).body.code).toBe('code_invalid')
    // A minute must pass, or the owner gets a code in place of the one that they type.
    const soon = await owner.lose()
    expect([soon.status, soon.body.code]).toEqual([429, 'rate_limited'])
  })

  it('I3: has five guesses at the code, whatever the sign-in', async () => {
    const owner = await newLosingOwner(server)
    await owner.lose()
    server.clock.advance(waitSeconds)
    const first = await owner.lose()
    const code = await codeSentTo(server.client, owner.email)
    for (let guess = 0; guess < 5; guess++)
      expect((await confirm(first.challenge, wrongCode(code))).body.code).toBe('code_invalid')
    expect((await confirm(first.challenge, code)).status).toBe(429)
    server.clock.advance(60)
    const second = await owner.lose()
    expect((await confirm(second.challenge, await codeSentTo(server.client, owner.email))).status).toBe(429)
  })

  it('sends the code to the contact that has not proved the first factor', async () => {
    const owner = await newLosingOwner(server, { hasPhone: true })
    await owner.lose()
    server.clock.advance(waitSeconds)
    const { flow } = (await server.post('/v1/auth/code', { identifier: owner.email })).body
    const code = await codeSentTo(server.client, owner.email)
    const { challenge } = (await server.post('/v1/auth/code/confirm', { flow, code })).body
    const asked = await server.post('/v1/auth/mfa/lost', { challenge })
    expect(asked.body.sent_to).toBe('phone_number')
  })

  it('gets no help here without a confirmed contact', async () => {
    const owner = await newLosingOwner(server, { isVerified: false })
    const refused = await owner.lose()
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
    expect(refused.body.detail).toContain('no confirmed email address')
  })

  it('begins nothing while one of the contacts cannot be notified', async () => {
    const owner = await newLosingOwner(server, { hasPhone: true })
    server.clock.advance(60)
    const bounced = { channel: 'mail', canonical: owner.email, at: server.clock.now() } as const
    await services.bounces.record(bounced)
    expect((await owner.lose()).body.code).toBe('rate_limited')
    expect(await templatesTo(owner.phone)).not.toContain('factor_recovery_waiting')
  })

  it('I4: learns nothing with a challenge that no one has', async () => {
    const unknown = `pxm_${'A'.repeat(43)}`
    const lost = await server.post('/v1/auth/mfa/lost', { challenge: unknown })
    const finished = await server.post('/v1/auth/mfa', { challenge: unknown, factor: 'totp', code: '123456' })
    expect([lost.status, lost.body.code, lost.body.detail]).toEqual([
      finished.status,
      finished.body.code,
      finished.body.detail,
    ])
    expect((await confirm(unknown, '123456')).body.code).toBe('invalid_token')
  })

  it('gets no recovery of a deleted account', async () => {
    const owner = await newLosingOwner(server)
    server.clock.advance(30)
    const signedIn = await finish(
      server.client,
      await owner.signIn(),
      'totp',
      await totpCode(owner.secret, server.clock),
    )
    await owner.lose()
    const body = JSON.stringify({ current_password: oldPassword })
    const token = String(signedIn.body.access_token)
    expect((await server.client.send('DELETE', '/v1/me', body, { token })).status).toBe(202)
    const { challenge } = (
      await server.post('/v1/auth/restore', { identifier: owner.email, password: oldPassword })
    ).body
    const refused = await server.post('/v1/auth/mfa/lost', { challenge })
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden'])
  })
})
