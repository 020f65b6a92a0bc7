import type { JWTPayload } from 'jose'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { ProviderWorld } from '../../../../tests/support/provider-world.ts'
import { type UpstreamProvider, upstreamClient } from '../../../../tests/support/upstream-provider.ts'

describe.each(engines)('another provider, or someone in its place, on $name', (engine) => {
  let world: ProviderWorld
  beforeAll(async () => {
    world = await ProviderWorld.start(engine)
  })
  afterEach(() => world.behave())
  afterAll(async () => await world?.close())

  const textOf = async (answer: Response) => await answer.text()

  it('A111, A112: refuses an identity token that is not for this client, this flow or this time', async () => {
    const wrong = {
      issuer: { iss: 'http://127.0.0.1:1' },
      'other issuer': { iss: 'https://accounts.google.com' },
      audience: { aud: 'someone-else' },
      'authorized party': { aud: [upstreamClient.id, 'someone-else'], azp: 'someone-else' },
      nonce: { nonce: 'another' },
      'no nonce': { nonce: undefined },
      expiry: { exp: Math.floor(Date.now() / 1_000) - 3_600 },
      'no subject': { sub: undefined },
    }
    for (const claims of Object.values(wrong)) {
      world.someone()
      world.company.misbehaviour = { claims: (given): JWTPayload => Object.assign(given, claims) }
      await world.refused(422)
    }
    world.someone()
    world.company.misbehaviour = { foreignKey: true }
    await world.refused(422)
  })

  it('A111: refuses an answer of another issuer, or without one', async () => {
    for (const iss of [world.other.issuer, null]) {
      world.someone()
      world.company.misbehaviour = {
        answer: (answer) => (iss === null ? answer.delete('iss') : answer.set('iss', iss)),
      }
      await world.refused(422)
    }
  })

  it('A111: refuses an answer that belongs to another browser, another provider or another flow', async () => {
    world.someone()
    const victim = world.newVisitor()
    const attacker = world.newVisitor()
    const back = await attacker.goTo('/sign-in/with/oidc')
    expect((await victim.open(back)).status).toBe(422)
    await victim.goTo('/sign-in/with/oidc')
    expect((await victim.open(back)).status).toBe(422)
    expect(victim.isSignedIn).toBe(false)
    for (const change of [
      (url: URL) => url.searchParams.set('state', 'another'),
      (url: URL) => url.searchParams.delete('state'),
      (url: URL) => url.searchParams.append('state', 'another'),
      (url: URL) => (url.pathname = '/sign-in/with/github/callback'),
    ]) {
      const visitor = world.newVisitor()
      const own = new URL(await visitor.goTo('/sign-in/with/oidc'))
      const right = own.href
      change(own)
      expect((await visitor.open(own.href)).status).toBe(422)
      expect((await visitor.open(right)).status, 'a failure uses the flow up').toBe(422)
      expect(visitor.isSignedIn).toBe(false)
    }
  })

  it('A111: takes an answer once, and for ten minutes', async () => {
    world.someone()
    const visitor = world.newVisitor()
    const back = await visitor.goTo('/sign-in/with/oidc')
    const cookie = visitor.cookies.get('__Host-proxima-provider') ?? ''
    expect((await visitor.open(back)).status).toBe(303)
    visitor.cookies.clear()
    visitor.cookies.set('__Host-proxima-provider', cookie)
    expect((await visitor.open(back)).status).toBe(422)
    const late = world.newVisitor()
    const address = await late.goTo('/sign-in/with/oidc')
    world.server.clock.advance(601)
    expect((await late.open(address)).status).toBe(422)
  })

  it('says that someone has declined', async () => {
    world.someone()
    world.company.misbehaviour = {
      answer: (answer) => {
        answer.delete('code')
        answer.set('error', 'access_denied')
      },
    }
    const answer = await world.newVisitor().signInWith('oidc')
    expect(answer.status).toBe(422)
    expect(await textOf(answer)).toContain('You did not allow it at Company')
  })

  it('A121: is not led elsewhere, waits for no one, and reads no more than it needs', async () => {
    const hostile: Record<string, UpstreamProvider['misbehaviour']['handle']> = {
      redirect: ({ url }, response) => {
        if (url !== '/token') return false
        response.writeHead(307, { location: `${world.other.issuer}/token` }).end()
        return true
      },
      huge: ({ url }, response) => {
        if (url !== '/token') return false
        response.writeHead(200, { 'content-type': 'application/json' })
        response.end(`{"access_token":"${'x'.repeat(400_000)}"}`)
        return true
      },
      cut: ({ url }, response) => {
        if (url !== '/token') return false
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' }).write('{')
        setTimeout(() => response.destroy(), 50)
        return true
      },
    }
    for (const [name, handle] of Object.entries(hostile)) {
      world.someone()
      world.other.asked.length = 0
      if (handle) world.company.misbehaviour = { handle }
      await world.refused(name === 'redirect' ? 422 : 503)
      expect(world.other.asked).toEqual([])
    }
    for (const token_endpoint of [
      'https://10.0.0.1/token',
      'https://169.254.169.254/',
      'http://example.org/',
    ]) {
      world.someone()
      world.company.misbehaviour = { metadata: { token_endpoint } }
      world.server.clock.advance(3_601)
      await world.refused(503)
    }
    world.company.misbehaviour = {}
    world.server.clock.advance(3_601)
  })

  it('A112: refuses metadata of another issuer', async () => {
    world.company.misbehaviour = { metadata: { issuer: world.other.issuer } }
    world.server.clock.advance(3_601)
    const answer = await world.newVisitor().open('/sign-in/with/oidc')
    expect(answer.status).toBe(422)
    world.company.misbehaviour = {}
    world.someone()
    expect((await world.newVisitor().signInWith('oidc')).status).toBe(303)
  })

  it('A121: waits some seconds for a provider that does not answer', { tags: ['long'] }, async () => {
    world.someone()
    world.company.misbehaviour = { handle: ({ url }) => url === '/token' }
    await world.refused(503)
  })
})
