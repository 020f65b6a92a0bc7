import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { password } from '../../../../../tests/support/password.ts'
import { signUpAdministrator } from '../../../../../tests/support/roles.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const path = '/account/security/log'

describe.each(engines)('the page of the security log on $name', (engine) => {
  let server: TestServer
  let number = 0
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    number += 1
    const username = `logged-${number}`
    const { body } = await server.client.register({ username, password })
    const signIn = async () => await PageVisitor.signIn(server, { identifier: username, password })
    return { id: String(body.id), username, signIn, visitor: await signIn() }
  }

  const rowsOf = (text: string) =>
    [...text.matchAll(/<th scope="row">(.*?)<\/th>/g)].map(([, words = '']) => words)

  it('shows what happened, newest first, and what was refused', async () => {
    const { visitor, username } = await newOwner()
    server.clock.advance(1)
    await server.client.login({ username, password: 'not the password' })
    const text = await visitor.read(path)
    expect(rowsOf(text)).toEqual([
      'Sign-in <span class="badge badge-bad">Refused</span>',
      'Sign-in',
      'Account created',
    ])
    expect(await visitor.read('/account/security')).toContain(`href="${path}"`)
  })

  it('shows the kind and the days that the owner has chosen', async () => {
    const { visitor, username, signIn } = await newOwner()
    const today = server.clock.now().toISOString().slice(0, 10)
    expect(rowsOf(await visitor.read(`${path}?kind=account`))).toEqual(['Account created'])
    expect(rowsOf(await visitor.read(`${path}?kind=contacts`))).toEqual([])
    expect(rowsOf(await visitor.read(`${path}?from=${today}&to=${today}`))).toHaveLength(2)
    server.clock.advance(2 * 86_400)
    await server.client.login({ username, password })
    const later = await signIn()
    expect(rowsOf(await later.read(`${path}?kind=sign_ins&to=${today}`))).toEqual(['Sign-in'])
    const text = await later.read(`${path}?kind=nothing&from=never`)
    expect(rowsOf(text)).toHaveLength(4)
  })

  it('A33: shows nothing of other accounts, and takes no cursor of theirs', async () => {
    const [one, other] = [await newOwner(), await newOwner()]
    for (let count = 0; count < 51; count += 1) await one.signIn()
    const first = await one.visitor.read(path)
    expect(rowsOf(first)).toHaveLength(50)
    const next = /href="(\/account\/security\/log\?cursor=[^"]+)"/.exec(first)?.[1] ?? ''
    expect(rowsOf(await one.visitor.read(next))).toEqual(['Sign-in', 'Sign-in', 'Account created'])
    expect((await other.visitor.open(next)).status).toBe(422)
    expect(rowsOf(await other.visitor.read(path))).toEqual(['Sign-in', 'Account created'])
  })

  it('says that an administrator acted, and nothing of their device', async () => {
    const { visitor, id } = await newOwner()
    const { token } = await signUpAdministrator(server, `fatima-${number}`, password)
    await server.client.put(`/v1/users/${id}/roles`, { roles: ['user', 'admin'] }, { token })
    const text = await visitor.read(`${path}?kind=account`)
    expect(text).toMatch(
      /Roles changed<\/th><td class="wide">By an administrator<\/td><td class="wide"><\/td>/,
    )
  })

  it('sends the chosen part as CSV and as JSON', async () => {
    const { visitor } = await newOwner()
    const csv = await visitor.open(`${path}/file?format=csv&kind=sign_ins`)
    expect(csv.headers.get('content-disposition')).toBe('attachment; filename="security-log.csv"')
    const [head, ...lines] = (await csv.text()).trim().split('\r\n')
    expect(head).toMatch(/^"at","action","outcome"/)
    expect(lines.map((line) => line.split(',')[1])).toEqual(['"sign_in"'])
    const events = (await (await visitor.open(`${path}/file?format=json`)).json()) as { action: string }[]
    expect(events.map(({ action }) => action)).toEqual(['export', 'export', 'sign_in', 'registration'])
    expect(events[0]).toHaveProperty('is_own', true)
  })

  it('I8: asks who it is before a download, if the sign-in is not recent', async () => {
    const { visitor } = await newOwner()
    server.clock.advance(1_200)
    const text = await visitor.read(`${path}?kind=keys`)
    expect(text).not.toContain(`${path}/file`)
    expect(text).toContain(`return_to=${encodeURIComponent(`${path}?kind=keys`)}`)
    const answer = await visitor.open(`${path}/file?format=csv`)
    expect(answer.headers.get('location')).toMatch(/^\/account\/confirm\?return_to=/)
  })
})
