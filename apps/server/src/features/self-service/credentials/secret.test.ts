import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { loginWith, newPerson } from '../../../../tests/support/people.ts'
import { raceSize } from '../../../../tests/support/race-size.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

const password = 'seven green bottles stand here'

describe.each(engines)('a new user secret on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  const renew = (token: string, key?: string) =>
    server.client.send('POST', '/v1/me/secret', undefined, {
      token,
      ...(key !== undefined && { headers: { 'idempotency-key': key } }),
    })
  const renewWith = (token: string, body: object, headers = {}) =>
    server.client.post('/v1/me/secret', body, { token, headers })
  const secretOf = ({ body }: { body: { user_secret?: string } | null }) => String(body?.user_secret)
  const signInStatus = async (secret: string) =>
    (await server.client.post('/v1/auth/token', { user_secret: secret })).status
  const isIn = async (token: string) => (await server.client.me(token)).status === 200

  it('is shown once, and replaces the old one', async () => {
    const amina = await newPerson(server.client)
    const answer = await renew(amina.token)
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({ user_secret: expect.stringMatching(/^pxu_[\w-]{43}$/) })
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(secretOf(answer)).not.toBe(amina.secret)
    expect([await signInStatus(amina.secret), await signInStatus(secretOf(answer))]).toEqual([401, 200])
  })

  it('A55: ends all other sessions and every refresh token, and keeps the session that called', async () => {
    const baraka = await newPerson(server.client)
    const [other, caller] = [
      await loginWith(server.client, baraka.secret, 'code'),
      await loginWith(server.client, baraka.secret),
    ]
    expect((await renew(caller.access_token)).status).toBe(200)
    expect(await isIn(caller.access_token)).toBe(true)
    for (const dead of [baraka.token, other.session_code]) expect(await isIn(dead)).toBe(false)
    const refresh = { refresh_token: caller.refresh_token }
    expect((await server.client.post('/v1/auth/refresh', refresh)).status).toBe(401)
  })

  it('I8, A96: needs a fresh session', async () => {
    const chebet = await newPerson(server.client)
    server.clock.advance(600)
    const { status, body } = await renew(chebet.token)
    expect([status, body.code]).toEqual([403, 'step_up_required'])
    expect(await signInStatus(chebet.secret)).toBe(200)
    const { access_token } = await loginWith(server.client, chebet.secret)
    server.clock.advance(599)
    expect((await renew(access_token)).status).toBe(200)
  })

  it('can be made for an account with a password, which still works', async () => {
    const { token } = await server.client.signUp('dalila', password)
    const first = secretOf(await renewWith(token, { current_password: password }))
    const second = secretOf(await renewWith(token, { current_password: password }))
    expect([await signInStatus(first), await signInStatus(second)]).toEqual([401, 200])
    expect((await server.client.login({ username: 'dalila', password })).status).toBe(200)
  })

  it('I8: asks an account that has a password for it, however fresh the session is', async () => {
    const { token } = await server.client.signUp('kamau', password)
    const refused = await renew(token)
    expect([refused.status, refused.body.errors]).toMatchObject([
      422,
      [{ pointer: '/current_password', code: 'required' }],
    ])
    const wrong = await renewWith(token, { current_password: 'wrong' })
    expect([wrong.status, wrong.body.code]).toEqual([401, 'invalid_credentials'])
    server.clock.advance(800)
    expect((await renewWith(token, { current_password: password })).status).toBe(200)
  })

  it('I8: a user secret proves nothing for an account that has a password', async () => {
    const leila = await newPerson(server.client)
    const chosen = await server.client.put('/v1/me/password', { new_password: password }, leila)
    expect(chosen.status).toBe(204)
    const given = { user_secret: leila.secret }
    const refusals = [
      await renewWith(leila.token, given),
      await server.client.put('/v1/me/username', { username: 'leila-2', ...given }, leila),
      await server.client.put('/v1/me/password', { new_password: `${password}!`, ...given }, leila),
      await server.client.send('DELETE', '/v1/me', JSON.stringify(given), leila),
    ]
    for (const { status, body } of refusals)
      expect([status, body.errors]).toMatchObject([422, [{ pointer: '/current_password', code: 'required' }]])
    expect(await isIn(leila.token)).toBe(true)
  })

  it('accepts the old secret in place of a fresh session from an account without a password', async () => {
    const mwangi = await newPerson(server.client)
    server.clock.advance(800)
    expect((await renewWith(mwangi.token, { user_secret: `${mwangi.secret}x` })).status).toBe(401)
    const answer = await renewWith(mwangi.token, { user_secret: mwangi.secret })
    expect(answer.status).toBe(200)
    expect([await signInStatus(mwangi.secret), await signInStatus(secretOf(answer))]).toEqual([401, 200])
  })

  it('is returned again with the same Idempotency-Key, only to its owner in a fresh session', async () => {
    const [farida, grace] = [await newPerson(server.client), await newPerson(server.client)]
    const key = newId()
    const answers = await Promise.all(Array.from({ length: 20 }, () => renew(farida.token, key)))
    expect(new Set(answers.map(secretOf)).size).toBe(1)
    for (const { status } of answers) expect(status).toBe(200)
    const [first] = answers
    expect(first && (await signInStatus(secretOf(first)))).toBe(200)

    const another = await renew(grace.token, key)
    expect([another.status, another.body.errors?.[0]?.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await signInStatus(grace.secret)).toBe(200)
    server.clock.advance(600)
    expect((await renew(farida.token, key)).body.code).toBe('step_up_required')

    const all = await readEvents(server.databaseUrl)
    const mine = all.filter(
      ({ account_id, action }) => account_id === farida.id && action === 'secret_renewal',
    )
    expect(mine.filter(({ outcome }) => outcome === 'success')).toHaveLength(1)
    expect(mine.filter(({ outcome }) => outcome === 'repeated')).toHaveLength(19)
    expect(JSON.stringify(all)).not.toContain('pxu_')
  })

  it('is returned again only with the password of an account that has one, which costs no guess', async () => {
    const { user, token } = await server.client.signUp('hadija', password)
    const headers = { 'idempotency-key': newId() }
    const first = await renewWith(token, { current_password: password }, headers)
    expect(first.status).toBe(200)
    expect((await renewWith(token, {}, headers)).status).toBe(422)
    expect((await renewWith(token, { current_password: 'wrong' }, headers)).status).toBe(401)
    expect((await renewWith(token, { current_password: password }, headers)).body).toEqual(first.body)
    const events = (await readEvents(server.databaseUrl)).filter(({ account_id }) => account_id === user.id)
    const renewals = events.filter(({ action }) => action === 'secret_renewal')
    expect(renewals.map(({ outcome, method }) => [outcome, method])).toEqual([
      ['success', 'password'],
      ['repeated', 'password'],
    ])
  })

  it('is never returned to another account that guesses the key', async () => {
    const [hassan, imani] = [await newPerson(server.client), await newPerson(server.client)]
    const [first, second] = [await renew(hassan.token, '1'), await renew(imani.token, '1')]
    expect([first.status, second.status]).toEqual([200, 200])
    expect(secretOf(first)).not.toBe(secretOf(second))
  })

  it('is the last one if many are made at once', { tags: 'long' }, async () => {
    const juma = await newPerson(server.client)
    const answers = await Promise.all(Array.from({ length: raceSize }, () => renew(juma.token)))
    expect(answers.filter(({ status }) => ![200, 503].includes(status))).toEqual([])
    const secrets = answers.filter(({ status }) => status === 200).map(secretOf)
    const verdicts = await Promise.all(secrets.map(signInStatus))
    expect(verdicts.filter((status) => status === 200)).toHaveLength(1)
    expect(await signInStatus(juma.secret)).toBe(401)
  })

  it('accepts no body, and only a credential in it', async () => {
    const { token } = await newPerson(server.client)
    expect((await server.client.post('/v1/me/secret', {}, { token })).status).toBe(200)
    const { status, body } = await server.client.post('/v1/me/secret', { new_secret: 'mine' }, { token })
    expect([status, body.errors?.[0]?.code]).toEqual([422, 'unknown_field'])
  })
})
