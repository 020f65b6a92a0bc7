import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { password } from '../../../../../tests/support/password.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const path = '/account/data'
const deletion = `${path}/delete`

describe.each(engines)('the page of the data on $name', (engine) => {
  let server: TestServer
  let number = 0
  beforeAll(async () => {
    server = await startTestServer(engine, { env: { PROXIMA_DELETION_GRACE_DAYS: '30' } })
  })
  afterAll(async () => await server?.close())

  async function newOwner() {
    number += 1
    const username = `leaving-${number}`
    await server.client.register({ username, password })
    return { username, visitor: await PageVisitor.signIn(server, { identifier: username, password }) }
  }

  it('offers the export as an archive and as JSON', async () => {
    const { visitor, username } = await newOwner()
    const text = await visitor.read(path)
    expect(text).toContain(`href="${path}/export?format=zip"`)
    const json = await visitor.open(`${path}/export?format=json`)
    expect(json.headers.get('content-disposition')).toBe('attachment; filename="export.json"')
    expect(await json.json()).toMatchObject({ account: { username } })
    const archive = await visitor.open(`${path}/export?format=zip`)
    expect(archive.headers.get('content-type')).toBe('application/zip')
    expect(
      Buffer.from(await archive.arrayBuffer())
        .subarray(0, 2)
        .toString(),
    ).toBe('PK')
  })

  it('I8: asks who it is before an export, if the sign-in is not recent', async () => {
    const { visitor } = await newOwner()
    server.clock.advance(1_800)
    const text = await visitor.read(path)
    expect(text).not.toContain(`${path}/export`)
    expect(text).toContain(`href="/account/confirm?return_to=${encodeURIComponent(path)}"`)
    const answer = await visitor.open(`${path}/export?format=zip`)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('location')).toMatch(/^\/account\/confirm\?return_to=/)
  })

  it('deletes the account, shows the receipt once, and says how to restore it', async () => {
    const { visitor, username } = await newOwner()
    const answer = await visitor.send(deletion, {
      confirmation: ` ${username.toUpperCase()}`,
      current_password: password,
    })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const text = await answer.text()
    const receipt = /id="once">(pxd_[\w-]+)</.exec(text)?.[1] ?? ''
    expect((await server.client.get(`/v1/auth/deletions/${receipt}`)).body.status).toBe('pending')
    expect(text).toContain('href="/restore"')
    expect(visitor.cookie).toBe('')
    expect((await server.client.login({ username, password })).status).toBe(401)
    const restored = await visitor.send('/restore', { identifier: username, password })
    expect(restored.headers.get('location')).toBe('/account')
    expect((await visitor.open('/account')).status).toBe(200)
  })

  it('deletes nothing unless the owner has typed what the page shows', async () => {
    const { visitor, username } = await newOwner()
    for (const confirmation of ['', username.slice(0, -1), 'someone-else']) {
      const answer = await visitor.send(deletion, { confirmation, current_password: password })
      expect(answer.status).toBe(422)
      const text = await answer.text()
      expect(text).toContain('This is not what you have to type.')
      expect(text).toContain(`name="confirmation" value="${confirmation}"`)
      expect(text).not.toContain(password)
    }
    expect((await visitor.open('/account')).status).toBe(200)
  })

  it('I8: deletes nothing without the right password, however recent the sign-in is', async () => {
    const { visitor, username } = await newOwner()
    expect((await visitor.send(deletion, { confirmation: username })).status).toBe(422)
    const wrong = await visitor.send(deletion, { confirmation: username, current_password: 'wrong' })
    expect(wrong.status).toBe(401)
    expect(await wrong.text()).toContain('This is not your password.')
    expect((await visitor.open('/account')).status).toBe(200)
  })

  it('A49: takes no deletion from another site', async () => {
    const { visitor, username } = await newOwner()
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const fields = { confirmation: username, current_password: password }
    expect((await visitor.send(deletion, fields, headers)).status).toBe(403)
    expect((await server.client.login({ username, password })).status).toBe(200)
  })
})
