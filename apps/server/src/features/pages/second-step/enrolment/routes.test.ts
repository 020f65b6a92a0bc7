import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { totpCode } from '../../../../../tests/support/factors.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { password } from '../../../../../tests/support/password.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const path = '/sign-in/second-factor'

describe.each(engines)('the page that adds a required second factor on $name', (engine) => {
  let server: TestServer
  let number = 0
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_SECOND_FACTOR: 'required' } })
  })
  afterAll(async () => await server?.close())

  async function begin() {
    const username = `adding-${++number}`
    await server.client.register({ username, password })
    const visitor = new PageVisitor(server)
    const signIn = () =>
      visitor.send('/sign-in', { identifier: username, password, return_to: '/account/sessions' })
    return { signIn, visitor }
  }
  const fieldOf = (page: string, name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(page)?.[1] ?? ''
  const secretOf = (page: string) => />([A-Z2-7]{32})</.exec(page)?.[1] ?? ''
  const formOf = (page: string) => ({
    enrolment: fieldOf(page, 'enrolment'),
    secret: fieldOf(page, 'secret'),
    return_to: fieldOf(page, 'return_to'),
  })

  it('follows the right password, sets no cookie, and shows a picture, a link and the secret', async () => {
    const { signIn, visitor } = await begin()
    const answer = await signIn()
    expect(answer.status).toBe(200)
    expect(visitor.cookie).toBe('')
    const page = await answer.text()
    expect(page).toContain('<svg ')
    expect(page).toContain('href="otpauth://totp/')
    expect(secretOf(page)).not.toBe('')
  })

  it('keeps the same secret after a wrong code, and then shows recovery codes and leads to the sign-in', async () => {
    const { signIn, visitor } = await begin()
    const page = await (await signIn()).text()
    const wrong = await visitor.send(path, { ...formOf(page), code: '000000' })
    expect(wrong.status).toBe(422)
    const again = await wrong.text()
    expect(again).toContain('role="alert"')
    expect([secretOf(again), formOf(again)]).toEqual([secretOf(page), formOf(page)])
    const code = await totpCode(secretOf(page), server.clock)
    const done = await visitor.send(path, { ...formOf(page), code })
    expect(done.status).toBe(200)
    const codes = await done.text()
    expect(codes).toContain('Save your recovery codes')
    expect(codes).toMatch(/action="\/sign-in">\n<input type="hidden" name="return_to"/)
    expect(visitor.cookie).toBe('')
    expect(await (await signIn()).text()).toContain('name="challenge"')
  })

  it('says that it took too long, or that the factor was added before', async () => {
    const { signIn, visitor } = await begin()
    const page = await (await signIn()).text()
    server.clock.advance(600)
    const code = await totpCode(secretOf(page), server.clock)
    const late = await visitor.send(path, { ...formOf(page), code })
    expect(late.status).toBe(401)
    expect(await late.text()).toContain('This took too long')
  })

  it('A93: shows no secret that another sign-in to the account has begun with', async () => {
    const { signIn, visitor } = await begin()
    const [thief, owner] = [await (await signIn()).text(), await (await signIn()).text()]
    const answer = await visitor.send(path, { ...formOf(thief), code: '000000' })
    const page = await answer.text()
    expect(page).not.toContain(secretOf(owner))
    expect(page).toContain('This took too long')
    const code = await totpCode(secretOf(owner), server.clock)
    expect((await visitor.send(path, { ...formOf(owner), code })).status).toBe(200)
  })

  it('A49: takes no form of another site', async () => {
    const { signIn, visitor } = await begin()
    const page = await (await signIn()).text()
    const forged = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    expect((await visitor.send(path, { ...formOf(page), code: '000000' }, forged)).status).toBe(403)
  })

  it('A94: the credential of the page is no cookie', async () => {
    const { signIn, visitor } = await begin()
    const page = await (await signIn()).text()
    visitor.cookie = `__Host-proxima=${formOf(page).enrolment}`
    const answer = await visitor.open('/account')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/sign-in?return_to=%2Faccount'])
  })
})
