import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { addTotp } from '../../../../tests/support/factors.ts'
import { password } from '../../../../tests/support/password.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { ProviderWorld } from '../../../../tests/support/provider-world.ts'
import { recoveryTokenFor } from '../../../../tests/support/recovery.ts'
import { messagesTo } from '../../../../tests/support/sent-codes.ts'
import type { AccountId } from '../../../platform/kernel/ids.ts'

describe.each(engines)('signing in with another provider on $name', (engine) => {
  let world: ProviderWorld
  beforeAll(async () => {
    world = await ProviderWorld.start(engine)
  })
  afterEach(() => world.behave())
  afterAll(async () => await world?.close())

  const textOf = async (answer: Response) => await answer.text()

  it('lists the buttons, and shows them on both pages', async () => {
    const { body } = await world.server.client.get('/v1/auth/providers')
    expect(body.data).toEqual([
      { id: 'oidc', name: 'Company', sign_in_url: '/sign-in/with/oidc' },
      { id: 'other', name: 'Other', sign_in_url: '/sign-in/with/other' },
      { id: 'github', name: 'GitHub', sign_in_url: '/sign-in/with/github' },
    ])
    for (const path of ['/sign-in', '/sign-up']) {
      const page = await textOf(await world.newVisitor().open(`${path}?return_to=%2Faccount%2Fsessions`))
      expect(page).toMatch(/href="\/sign-in\/with\/oidc\?return_to=[^"]*%2Faccount%2Fsessions"/)
      expect(page).toContain('Continue with <bdi>Company</bdi>')
    }
  })

  it('creates an account with the address that the provider has verified, and signs in to it the next time', async () => {
    const { email } = world.someone()
    const visitor = world.newVisitor()
    const answer = await visitor.signInWith('oidc', '?return_to=%2Faccount%2Fsessions')
    expect(answer.status, await textOf(answer)).toBe(303)
    expect(new URL(answer.headers.get('location') ?? '', world.server.url).pathname).toBe('/account/sessions')
    const user = await world.me(visitor)
    expect(user).toMatchObject({ email, email_verified: true, full_name: 'Amina Otieno', username: null })
    const again = world.newVisitor()
    expect((await again.signInWith('oidc')).headers.get('location')).toBe('/account')
    expect((await world.me(again)).id).toBe(user.id)
    const { body } = await world.server.client.get('/v1/me/linked-accounts', { token: again.session })
    expect(body.data).toMatchObject([{ provider: 'oidc', issuer: world.company.issuer, email }])
    expect(body.data[0].last_used_at).not.toBeNull()
    const sessions = await world.server.client.get('/v1/me/sessions', { token: again.session })
    expect(sessions.body.data[0].amr).toEqual(['federated'])
  })

  it('asks the userinfo endpoint if the identity token has no address', async () => {
    const { email } = world.someone()
    world.company.tellsByUserInfo = true
    const visitor = world.newVisitor()
    await visitor.signInWith('oidc')
    expect((await world.me(visitor)).email).toBe(email)
  })

  it('A11: does not trust an address that the provider has not verified', async () => {
    const taken = `taken-${++world.count}@example.com`
    await world.server.client.register({ email: taken, password })
    for (const email_verified of [false, undefined, 'false', null]) {
      world.someone({ email: taken, email_verified, preferred_username: `Amina.${world.count + 1}` })
      const visitor = world.newVisitor()
      expect((await visitor.signInWith('oidc')).headers.get('location')).toBe('/account')
      expect(await world.me(visitor)).toMatchObject({ email: null, username: `Amina.${world.count}` })
    }
    const { email } = world.someone({ email_verified: false })
    const visitor = world.newVisitor()
    await visitor.signInWith('oidc')
    expect(await world.me(visitor)).toMatchObject({ email, email_verified: false })
  })

  it('gives no reserved name, and none that is taken', async () => {
    for (const preferred_username of ['admin', 'Amina.Taken', 'amina.taken', '+254712345678']) {
      world.someone({ email: undefined, preferred_username })
      const visitor = world.newVisitor()
      await visitor.signInWith('oidc')
      expect((await world.me(visitor)).username).toMatch(
        preferred_username === 'Amina.Taken' ? /^Amina.Taken$/ : /^user-\d{9}$/,
      )
    }
  })

  it('A12: takes no address from the browser', async () => {
    const { email } = world.someone()
    const visitor = world.newVisitor()
    const back = await visitor.goTo('/sign-in/with/oidc?email=evil@example.com&login_hint=evil@example.com')
    await visitor.open(`${back}&email=evil@example.com&email_verified=true&user=%7B%7D`)
    expect((await world.me(visitor)).email).toBe(email)
  })

  it('A08: links no account by its address: its owner signs in to it, and says so', async () => {
    const { email } = world.someone()
    const { id, secret } = await newPerson(world.server.client, { email })
    const visitor = world.newVisitor()
    const answer = await visitor.signInWith('oidc')
    expect(answer.headers.get('location')).toBe('/sign-in/connect')
    expect(visitor.isSignedIn).toBe(false)
    const page = await textOf(await visitor.open('/sign-in/connect'))
    expect(page).toContain('This address has an account')
    expect((await visitor.send('/sign-in/connect')).status).toBe(401)
    await visitor.send('/sign-in', { user_secret: secret, return_to: '/sign-in/connect' })
    expect(await textOf(await visitor.open('/sign-in/connect'))).toContain('Connect Company?')
    expect((await visitor.send('/sign-in/connect')).headers.get('location')).toBe('/account')
    expect(await world.me(visitor)).toMatchObject({ id, email_verified: true })
    expect((await messagesTo(world.server.client, email)).map(({ template }) => template)).toContain(
      'linked_account_added',
    )
    const again = world.newVisitor()
    await again.signInWith('oidc')
    expect((await world.me(again)).id).toBe(id)
  })

  it('A08: connects nothing to another account than the one with the address', async () => {
    const { email } = world.someone()
    await newPerson(world.server.client, { email })
    const attacker = await newPerson(world.server.client)
    const visitor = world.newVisitor()
    await visitor.signInWith('oidc')
    await visitor.send('/sign-in', { user_secret: attacker.secret })
    expect(await textOf(await visitor.open('/sign-in/connect'))).toContain('signed in to another account')
    expect((await visitor.send('/sign-in/connect')).status).toBe(422)
    expect((await world.server.client.get('/v1/me/linked-accounts', attacker)).body.data).toEqual([])
  })

  it('A09, A10: what was prepared with an address does not survive its owner', async () => {
    const { email } = world.someone()
    const attacker = await newPerson(world.server.client, { email })
    const own = world.newVisitor()
    own.cookies.set(
      '__Host-proxima',
      String(
        (await world.server.client.post('/v1/auth/token', { user_secret: attacker.secret, mode: 'code' }))
          .body.session_code,
      ),
    )
    await world.link(own, 'github', { sub: '4711', login: 'attacker' })
    const token = await recoveryTokenFor(world.server.client, email)
    await world.server.client.post('/v1/auth/recovery/reset', {
      recovery_token: token,
      new_password: password,
    })
    expect((await world.server.client.get('/v1/me', { token: own.session })).status).toBe(401)
    world.other.person = { sub: '4711', login: 'attacker' }
    const back = world.newVisitor()
    await back.signInWith('github')
    expect((await world.me(back)).id).not.toBe(attacker.id)
  })

  it('A112: knows the same subject of two issuers as two people', async () => {
    const { sub } = world.someone({ sub: '4712' })
    world.other.person = { sub, name: 'Someone Else' }
    const [one, two] = [world.newVisitor(), world.newVisitor()]
    await one.signInWith('oidc')
    await two.signInWith('github')
    expect((await world.me(one)).id).not.toBe((await world.me(two)).id)
  })

  it('knows someone by the subject, whatever else changes at the provider', async () => {
    const { sub } = world.someone()
    const visitor = world.newVisitor()
    await visitor.signInWith('oidc')
    const { id, email } = await world.me(visitor)
    world.someone({ sub, name: 'New Name' })
    const again = world.newVisitor()
    await again.signInWith('oidc')
    expect(await world.me(again)).toMatchObject({ id, email })
  })

  it('takes the answer as a form, without the cookies that a browser does not send with it', async () => {
    world.other.person = {
      sub: `form-${++world.count}`,
      email: `form-${world.count}@example.com`,
      email_verified: true,
    }
    const visitor = world.newVisitor()
    const away = await visitor.open('/sign-in/with/other')
    const page = await (await fetch(away.headers.get('location') ?? '')).text()
    const fields = Object.fromEntries(
      [...page.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    )
    const cross = { origin: world.other.issuer, 'sec-fetch-site': 'cross-site' }
    const posted = await world
      .newVisitor()
      .send('/sign-in/with/other/callback', { ...fields, user: '{}' }, cross)
    expect(posted.status).toBe(303)
    expect((await visitor.open(posted.headers.get('location') ?? '')).headers.get('location')).toBe(
      '/account',
    )
    expect(visitor.isSignedIn).toBe(true)
  })

  it('reads GitHub by its API: the number of the account, and its main address', async () => {
    const email = `hub-${++world.count}@example.com`
    world.other.person = {
      sub: `${10_000 + world.count}`,
      login: 'amina',
      name: 'Amina',
      email,
      email_verified: true,
    }
    const visitor = world.newVisitor()
    await visitor.signInWith('github')
    expect(await world.me(visitor)).toMatchObject({ email, email_verified: true })
    const { body } = await world.server.client.get('/v1/me/linked-accounts', { token: visitor.session })
    expect(body.data).toMatchObject([{ provider: 'github', subject: world.other.person.sub }])
  })

  it('A94: asks an account that has a second factor for it', async () => {
    world.someone()
    const visitor = world.newVisitor()
    await visitor.signInWith('oidc')
    await addTotp(world.server.client, visitor.session, world.server.clock)
    const again = world.newVisitor()
    const answer = await again.signInWith('oidc')
    expect(await textOf(answer)).toContain('action="/sign-in/second-step"')
    expect(again.isSignedIn).toBe(false)
  })

  it('signs no one in to a suspended account', async () => {
    world.someone()
    const visitor = world.newVisitor()
    await visitor.signInWith('oidc')
    const { id } = await world.me(visitor)
    await world.services.db
      .updateTable('accounts')
      .set({ status: 'suspended' })
      .where('id', '=', id as AccountId)
      .execute()
    await world.refused(401)
  })

  it('ASVS 7.6.2: asks before it goes to a provider for a page of another site', async () => {
    const asked = world.company.asked.length
    const answer = await world.newVisitor().open('/sign-in/with/oidc', { 'sec-fetch-site': 'cross-site' })
    expect(answer.status).toBe(200)
    expect(await textOf(answer)).toContain('href="/sign-in/with/oidc"')
    expect(world.company.asked.length).toBe(asked)
  })

  it('A106: leads back to no other site', async () => {
    world.someone()
    for (const address of [
      'https://evil.example/',
      '//evil.example',
      '/\\evil.example',
      'javascript:alert(1)',
    ]) {
      const visitor = world.newVisitor()
      const answer = await visitor.signInWith('oidc', `?return_to=${encodeURIComponent(address)}`)
      expect(answer.headers.get('location')).toBe('/account')
    }
  })

  it('has no page for a provider that is not in the settings', async () => {
    expect((await world.newVisitor().open('/sign-in/with/nobody')).status).toBe(404)
    expect((await world.newVisitor().open('/sign-in/with/nobody/callback?code=1&state=2')).status).toBe(404)
  })
})
