import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readEvents } from '../../../../tests/support/audit-events.ts'
import { engines } from '../../../../tests/support/engines.ts'
import { loginWith, newPerson } from '../../../../tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import { newId } from '../../../platform/kernel/ids.ts'

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
    const password = 'seven green bottles stand here'
    const { token } = await server.client.signUp('dalila', password)
    const first = secretOf(await renew(token))
    const second = secretOf(await renew(token))
    expect([await signInStatus(first), await signInStatus(second)]).toEqual([401, 200])
    expect((await server.client.login({ username: 'dalila', password })).status).toBe(200)
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

  it('is never returned to another account that guesses the key', async () => {
    const [hassan, imani] = [await newPerson(server.client), await newPerson(server.client)]
    const [first, second] = [await renew(hassan.token, '1'), await renew(imani.token, '1')]
    expect([first.status, second.status]).toEqual([200, 200])
    expect(secretOf(first)).not.toBe(secretOf(second))
  })

  it('is the last one if a thousand are made at once', { tags: 'long' }, async () => {
    const juma = await newPerson(server.client)
    const answers = await Promise.all(Array.from({ length: 1_000 }, () => renew(juma.token)))
    expect(answers.filter(({ status }) => ![200, 503].includes(status))).toEqual([])
    const secrets = answers.filter(({ status }) => status === 200).map(secretOf)
    const verdicts = await Promise.all(secrets.map(signInStatus))
    expect(verdicts.filter((status) => status === 200)).toHaveLength(1)
    expect(await signInStatus(juma.secret)).toBe(401)
  })

  it('accepts only an empty body', async () => {
    const { token } = await newPerson(server.client)
    expect((await server.client.post('/v1/me/secret', {}, { token })).status).toBe(200)
    const { status, body } = await server.client.post('/v1/me/secret', { user_secret: 'mine' }, { token })
    expect([status, body.errors?.[0]?.code]).toEqual([422, 'unknown_field'])
  })
})
