import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { ProviderWorld } from '../../../../tests/support/provider-world.ts'
import { messagesTo } from '../../../../tests/support/sent-codes.ts'

describe.each(engines)('the connected accounts of an owner on $name', (engine) => {
  let world: ProviderWorld
  beforeAll(async () => {
    world = await ProviderWorld.start(engine)
  })
  afterEach(() => world.behave())
  afterAll(async () => await world?.close())

  const textOf = async (answer: Response) => await answer.text()

  it('connects an account in a fresh session, and disconnects it, but not the last way in', async () => {
    const { email } = world.someone()
    const visitor = world.newVisitor()
    await visitor.signInWith('oidc')
    const linked = await world.link(visitor, 'github', { sub: `${20_000 + world.count}`, login: 'amina' })
    expect(linked.headers.get('location')).toBe('/account/security?done=account_connected')
    const list = () => world.linkedOf(visitor)
    const [first, second] = await list()
    expect([first?.provider, second?.provider]).toEqual(['oidc', 'github'])
    const page = await textOf(await visitor.open('/account/security'))
    expect(page).toContain('Connected accounts')
    const elsewhere = world.newVisitor()
    await elsewhere.signInWith('github')
    const path = `/account/security/connected/${second?.id}`
    expect(await textOf(await visitor.open(path))).toContain('Disconnect GitHub?')
    expect((await visitor.send(path)).headers.get('location')).toBe(
      '/account/security?done=account_disconnected',
    )
    expect((await world.server.client.get('/v1/me', { token: elsewhere.session })).status).toBe(401)
    expect((await messagesTo(world.server.client, email)).map(({ template }) => template)).toContain(
      'linked_account_removed',
    )
    const last = await world.server.client.send('DELETE', `/v1/me/linked-accounts/${first?.id}`, undefined, {
      token: visitor.session,
    })
    expect(last.body.code).toBe('last_sign_in_method')
    expect(await list()).toHaveLength(1)
  })

  it('I8: connects and disconnects nothing in a session that is not fresh', async () => {
    world.someone()
    const visitor = world.newVisitor()
    await visitor.signInWith('oidc')
    const [own] = (await world.server.client.get('/v1/me/linked-accounts', { token: visitor.session })).body
      .data
    world.server.clock.advance(3_600)
    const away = await visitor.send('/account/security/connected/with/github')
    expect(away.headers.get('location')).toContain('/account/confirm')
    const removed = await world.server.client.send('DELETE', `/v1/me/linked-accounts/${own.id}`, undefined, {
      token: visitor.session,
    })
    expect(removed.body.code).toBe('step_up_required')
  })

  it('A49: connects nothing that another browser or another session has begun', async () => {
    world.someone()
    const victim = world.newVisitor()
    await victim.signInWith('oidc')
    const attacker = world.newVisitor()
    world.someone()
    await attacker.signInWith('oidc')
    world.other.person = { sub: `${30_000 + world.count}`, login: 'attacker' }
    const away = await attacker.send('/account/security/connected/with/github')
    const back = await attacker.follow((away.headers.get('refresh') ?? '').slice('0; url='.length))
    expect((await victim.open(back)).status).toBe(422)
    victim.cookies.set('__Host-proxima-provider', attacker.cookies.get('__Host-proxima-provider') ?? '')
    const planted = new URL(back)
    expect((await victim.open(planted.href)).status).toBe(422)
    const { body } = await world.server.client.get('/v1/me/linked-accounts', { token: victim.session })
    expect(body.data).toHaveLength(1)
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await victim.send('/account/security/connected/with/github', {}, foreign)).status).toBe(403)
  })

  it('connects an account of a provider to one account only', async () => {
    world.someone()
    const one = world.newVisitor()
    await one.signInWith('oidc')
    const person = world.company.person
    world.someone()
    const two = world.newVisitor()
    await two.signInWith('oidc')
    const answer = await world.link(two, 'oidc', person)
    expect(answer.status).toBe(409)
    expect(await textOf(answer)).toContain('is connected to another account here')
  })

  it('A33: shows and removes nothing of anyone else', async () => {
    world.someone()
    const owner = world.newVisitor()
    await owner.signInWith('oidc')
    const [own] = (await world.server.client.get('/v1/me/linked-accounts', { token: owner.session })).body
      .data
    const stranger = await newPerson(world.server.client)
    const path = `/v1/me/linked-accounts/${own.id}`
    expect((await world.server.client.send('DELETE', path, undefined, stranger)).status).toBe(404)
    expect((await world.server.client.get('/v1/me/linked-accounts', stranger)).body.data).toEqual([])
  })

  it('writes the provider in the audit trail, and no token anywhere', async () => {
    world.someone()
    const visitor = world.newVisitor()
    await visitor.signInWith('oidc')
    const user = await world.me(visitor)
    expect(await world.about('registration', user)).toMatchObject({ method: 'federated' })
    expect(await world.about('sign_in', user)).toMatchObject({ method: 'federated', target: 'provider:oidc' })
    expect(await world.about('verification', user)).toMatchObject({
      method: 'email',
      target: 'provider:oidc',
    })
    await world.link(visitor, 'github', { sub: `${40_000 + world.count}`, login: 'amina' })
    const sessionId = (await world.about('sign_in', user))?.session_id
    const linked = { method: 'federated', target: 'provider:github', session_id: sessionId }
    expect(await world.about('linked_account_addition', user)).toMatchObject(linked)
    const { body } = await world.server.client.get('/v1/me/linked-accounts', { token: visitor.session })
    await visitor.send(`/account/security/connected/${body.data[1].id}`)
    expect(await world.about('linked_account_removal', user)).toMatchObject(linked)
    expect(world.server.log.join('\n')).not.toMatch(/a-refresh-token|secret-of-the-client|code=/)
  })
})
