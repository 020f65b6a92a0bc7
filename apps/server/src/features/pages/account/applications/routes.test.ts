import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { password } from '../../../../../tests/support/password.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { signUpAdministrator } from '../../../../../tests/support/roles.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const path = '/account/applications'

describe.each(engines)('the page of the API keys on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    const { secret, token } = await newPerson(server.client)
    return { token, visitor: await PageVisitor.signIn(server, { user_secret: secret }) }
  }

  const onceIn = (text: string) => /name="once" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const keyIn = (text: string) => /id="once">(pxk_\w+)</.exec(text)?.[1] ?? ''

  it('makes a key, shows it once, and the same one if the form is sent twice', async () => {
    const { visitor, token } = await newOwner()
    expect(await visitor.read(path)).toContain('No keys')
    const fields = { once: onceIn(await visitor.read(`${path}/new`)), name: 'Nightly <b>report' }
    const answers = [await visitor.send(`${path}/new`, fields), await visitor.send(`${path}/new`, fields)]
    const shown = await Promise.all(answers.map(async (answer) => keyIn(await answer.text())))
    expect(shown[0]).toMatch(/^pxk_/)
    expect(shown[1]).toBe(shown[0])
    expect(answers[0]?.headers.get('cache-control')).toBe('no-store')
    expect((await server.client.me(shown[0] ?? '')).status).toBe(200)
    const list = await visitor.read(path)
    expect(list).toContain('<bdi>Nightly &lt;b&gt;report</bdi>')
    expect(list).not.toContain('pxk_')
    expect((await server.client.get('/v1/me/api-keys', { token })).body.data).toHaveLength(1)
  })

  it('revokes a key, and only one of the owner', async () => {
    const [{ visitor }, other] = [await newOwner(), await newOwner()]
    const fields = { once: onceIn(await visitor.read(`${path}/new`)), name: 'Nightly report' }
    const key = keyIn(await (await visitor.send(`${path}/new`, fields)).text())
    const action =
      /action="(\/account\/applications\/[^"]+\/revoke)"/.exec(await visitor.read(path))?.[1] ?? ''
    await other.visitor.send(action)
    expect((await server.client.me(key)).status).toBe(200)
    const answer = await visitor.send(action)
    expect(answer.headers.get('location')).toBe(`${path}?done=key_revoked`)
    expect((await server.client.me(key)).status).toBe(401)
  })

  it('keeps what was typed if a network cannot be read', async () => {
    const { visitor } = await newOwner()
    const once = onceIn(await visitor.read(`${path}/new`))
    const fields = { once, name: 'Nightly report', networks: '192.0.2.0/24, 300.0.0.1' }
    const answer = await visitor.send(`${path}/new`, fields)
    expect(answer.status).toBe(422)
    const text = await answer.text()
    expect(text).toContain('value="Nightly report"')
    expect(text).toContain('value="192.0.2.0/24, 300.0.0.1"')
    expect(text).toContain('id="networks-error"')
  })

  it('I7: offers no permission that the owner does not have, and gives none', async () => {
    const { visitor } = await newOwner()
    const form = await visitor.read(`${path}/new`)
    expect(form).not.toContain('name="may:')
    const fields = { once: onceIn(form), name: 'Nightly report', 'may:users:read': 'yes' }
    const refused = await visitor.send(`${path}/new`, fields)
    expect(refused.status).toBe(422)
    await signUpAdministrator(server, 'fatima', password)
    const administrator = await PageVisitor.signIn(server, { identifier: 'fatima', password })
    const offered = await administrator.read(`${path}/new`)
    expect(offered).toContain('name="may:users:read"')
    const answer = await administrator.send(`${path}/new`, { ...fields, once: onceIn(offered) })
    expect(keyIn(await answer.text())).toMatch(/^pxk_/)
    expect(await administrator.read(path)).toContain('<span class="ltr">users:read</span>')
  })

  it('I8: asks who it is before a key is made, if the sign-in is not recent', async () => {
    const { visitor } = await newOwner()
    const once = onceIn(await visitor.read(`${path}/new`))
    server.clock.advance(1_200)
    const form = await visitor.open(`${path}/new`)
    expect(form.headers.get('location')).toBe(
      `/account/confirm?return_to=${encodeURIComponent(`${path}/new`)}`,
    )
    const answer = await visitor.send(`${path}/new`, { once, name: 'Nightly report' })
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('name="name" value="Nightly report"')
  })
})
