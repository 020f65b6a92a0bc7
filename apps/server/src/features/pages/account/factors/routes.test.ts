import { spawnSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { addTotp, totpCode } from '../../../../../tests/support/factors.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const appPath = '/account/security/app'
const codesPath = '/account/security/recovery-codes'
const hasOathtool = spawnSync('oathtool', ['--version']).error === undefined
const oathtoolNote = hasOathtool ? '' : ' (LEFT OUT: oathtool is not installed)'

describe.each(engines)('the second factors on the account pages on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  async function newVisitor() {
    const person = await newPerson(server.client)
    return { person, visitor: await PageVisitor.signIn(server, { user_secret: person.secret }) }
  }
  const secretOf = (page: string) => />([A-Z2-7]{32})</.exec(page)?.[1] ?? ''
  const codesIn = (page: string) =>
    (/id="once"[^>]*>([^<]*)</.exec(page)?.[1] ?? '').split('\n').filter((code) => code !== '')
  const factorPathIn = (page: string) =>
    /href="(\/account\/security\/factors\/[0-9a-f-]{36})"/.exec(page)?.[1] ?? ''

  /** Adds an app on the pages. */
  async function addApp(visitor: PageVisitor) {
    const page = await (await visitor.send(appPath)).text()
    const secret = secretOf(page)
    const code = await totpCode(secret, server.clock)
    const done = await visitor.send(`${appPath}/confirm`, { code, secret })
    return { page, secret, done }
  }

  it('A93: add an app only after its code, and show the recovery codes once', async () => {
    const { person, visitor } = await newVisitor()
    const page = await (await visitor.send(appPath)).text()
    expect(page).toContain('<svg ')
    expect(page).toContain('href="otpauth://totp/')
    const secret = secretOf(page)
    const wrong = await visitor.send(`${appPath}/confirm`, { code: '000000', secret })
    expect(wrong.status).toBe(422)
    const again = await wrong.text()
    expect(again).toContain('aria-invalid="true"')
    expect(secretOf(again)).toBe(secret)
    const listed = await server.client.get('/v1/me/factors', { token: person.token })
    expect(listed.body.data).toEqual([])
    const foreign = await visitor.send(`${appPath}/confirm`, { code: '000000', secret: 'A'.repeat(32) })
    expect(foreign.headers.get('location')).toBe('/account/security')
    const code = await totpCode(secret, server.clock)
    const done = await visitor.send(`${appPath}/confirm`, { code, secret })
    expect(codesIn(await done.text())).toHaveLength(10)
    const pane = await visitor.read('/account/security')
    expect(pane).toContain('Codes left: 10')
    expect(pane).not.toContain(`action="${appPath}"`)
  })

  it('rename and remove a factor, and make new recovery codes', async () => {
    const { visitor } = await newVisitor()
    const { done } = await addApp(visitor)
    const old = codesIn(await done.text())
    const path = factorPathIn(await visitor.read('/account/security'))
    expect((await visitor.send(path, { name: '' })).status).toBe(422)
    expect((await visitor.send(path, { name: 'Old <b>phone</b>' })).status).toBe(303)
    expect(await visitor.read('/account/security')).toContain('Old &lt;b&gt;phone&lt;/b&gt;')
    const renewed = codesIn(await (await visitor.send(codesPath)).text())
    expect(renewed).toHaveLength(10)
    expect(renewed.filter((code) => old.includes(code))).toEqual([])
    expect((await visitor.send(`${path}/remove`)).headers.get('location')).toContain('done=factor_removed')
    const pane = await visitor.read('/account/security')
    expect(pane).toContain(`action="${appPath}"`)
    expect(pane).not.toContain('Codes left')
    expect((await visitor.open(path)).status).toBe(404)
  })

  it('A96: ask for the factor again before they change it, and lead back', async () => {
    const { visitor } = await newVisitor()
    const { secret } = await addApp(visitor)
    const path = factorPathIn(await visitor.read('/account/security'))
    server.clock.advance(601)
    for (const [form, back] of [
      [`${path}/remove`, path],
      [codesPath, codesPath],
      [appPath, '/account/security'],
    ] as const) {
      const answer = await visitor.send(form)
      expect(answer.status).toBe(303)
      expect(answer.headers.get('location')).toBe(
        `/account/confirm?needs=factor&return_to=${encodeURIComponent(back)}`,
      )
    }
    const code = await totpCode(secret, server.clock)
    const confirmed = await visitor.send('/account/confirm', { code, needs: 'factor', return_to: path })
    expect(confirmed.headers.get('location')).toContain(path)
    expect((await visitor.send(`${path}/remove`)).status).toBe(303)
    expect(await visitor.read('/account/security')).toContain(`action="${appPath}"`)
  })

  it('A33: show no factor of someone else', async () => {
    const { visitor } = await newVisitor()
    await addApp(visitor)
    const path = factorPathIn(await visitor.read('/account/security'))
    const { visitor: other } = await newVisitor()
    for (const answer of [
      await other.open(path),
      await other.send(path, { name: 'mine' }),
      await other.send(`${path}/remove`),
    ])
      expect(answer.status).toBe(404)
    expect(await visitor.read('/account/security')).toContain(path)
  })

  it('A49: take no form of another site', async () => {
    const { visitor } = await newVisitor()
    const forged = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    for (const path of [appPath, codesPath]) expect((await visitor.send(path, {}, forged)).status).toBe(403)
  })

  it('A103: keep the last factor of an account that must have one', async () => {
    const { databaseUrl, clock } = server
    const env = { PROXIMA_SECOND_FACTOR: 'required' }
    const required = await startTestServer(engine, { databaseUrl, clock, env })
    try {
      const person = await newPerson(server.client)
      const { secret } = await addTotp(server.client, person.token, clock)
      const visitor = new PageVisitor(required)
      const step = await (await visitor.send('/sign-in', { user_secret: person.secret })).text()
      const challenge = /name="challenge" value="([^"]*)"/.exec(step)?.[1] ?? ''
      clock.advance(30)
      const code = await totpCode(secret, clock)
      const fields = { challenge, factors: 'totp', factor: 'totp', code }
      expect((await visitor.send('/sign-in/second-step', fields)).status).toBe(303)
      const path = factorPathIn(await visitor.read('/account/security'))
      const refused = await visitor.send(`${path}/remove`)
      expect(refused.status).toBe(409)
      expect(await refused.text()).toContain('Your account must keep a second factor')
    } finally {
      await required.close()
    }
  })

  it.skipIf(!hasOathtool)(`take the code of an independent generator${oathtoolNote}`, async () => {
    const { visitor } = await newVisitor()
    const secret = secretOf(await (await visitor.send(appPath)).text())
    const now = server.clock.now().toISOString()
    const { stdout } = spawnSync(
      'oathtool',
      ['--totp', '--base32', `--now=${now.slice(0, 19).replace('T', ' ')} UTC`, secret],
      {
        encoding: 'utf8',
      },
    )
    const done = await visitor.send(`${appPath}/confirm`, { code: stdout.trim(), secret })
    expect(codesIn(await done.text())).toHaveLength(10)
  })
})
