import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../../apps/server/src/platform/kernel/ids.ts'
import { sqlite } from '../../../apps/server/tests/support/engines.ts'
import { plainPng } from '../../../apps/server/tests/support/images.ts'
import { makeAdministrator } from '../../../apps/server/tests/support/roles.ts'
import { startTestServer, type TestServer } from '../../../apps/server/tests/support/test-server.ts'
import { createProxima, type Proxima, ProximaError } from '../src/index.ts'
import { recorder } from './support/recorder.ts'

describe('the calls of a client', () => {
  let server: TestServer
  let amina: Proxima
  let admin: Proxima
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    amina = (await newClient()).proxima
    const { proxima, id } = await newClient()
    await makeAdministrator(server, id as never)
    admin = proxima
    await admin.session.refresh()
  })
  afterAll(async () => await server?.close())

  async function newClient(username = `p-${newId().replaceAll('-', '')}`) {
    const proxima = createProxima({ url: server.url })
    const user = await proxima.auth.register({ username })
    if (!('user_secret' in user)) throw new Error('the answer has no account')
    await proxima.auth.loginWithUserSecret({ user_secret: String(user.user_secret) })
    return { proxima, id: user.id }
  }

  it('fail with the code, the fields and the id of the request', async () => {
    const failure = await amina.auth
      .register({ username: 'a b', email: 'x' })
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(ProximaError)
    if (!(failure instanceof ProximaError)) return
    expect([failure.code, failure.status, failure.retryAfterSeconds]).toEqual([
      'validation_failed',
      422,
      null,
    ])
    expect(failure.fields.map(({ pointer }) => pointer)).toEqual(['/username', '/email'])
    expect(failure.message).toBe(failure.problem.detail)
    expect(server.log.join('\n')).toContain(String(failure.requestId))
  })

  it('read a list to its end, page by page', async () => {
    const { proxima } = await newClient()
    const names = ['first', 'second', 'third', 'fourth', 'fifth']
    for (const name of names) await proxima.me.apiKeys.create({ name, permissions: [] })
    const list = proxima.me.apiKeys.list({ limit: 2 })
    const read: string[] = []
    for await (const { name } of list) read.push(name)
    expect(read).toEqual(names.toReversed())
    const page = await list.page()
    expect(page.data.map(({ name }) => name)).toEqual(['fifth', 'fourth'])
    expect((await list.page(page.next_cursor)).data.map(({ name }) => name)).toEqual(['third', 'second'])
  })

  it('read no more pages of a list than the program wants', async () => {
    const sent = recorder()
    const proxima = createProxima({ url: server.url, fetch: sent.fetch, apiKey: await keyOf(admin) })
    for await (const _ of proxima.users.list({ limit: 1, sort: 'created_at' })) break
    expect(sent.count('GET /v1/users')).toBe(1)
  })

  async function keyOf(proxima: Proxima): Promise<string> {
    return (await proxima.me.apiKeys.create({ name: 'Report', permissions: ['users:read'] })).key
  }

  it('work with an API key, which cannot sign in and is never refreshed', async () => {
    const sent = recorder()
    const proxima = createProxima({ url: server.url, fetch: sent.fetch, apiKey: await keyOf(admin) })
    expect(await proxima.session.load()).toEqual({ status: 'signed_in', userId: admin.session.userId })
    expect((await proxima.users.list({ q: 'nothing of the kind' }).page()).data).toEqual([])
    await expect(proxima.auth.login({ identifier: 'a', password: 'b' })).rejects.toThrow('cannot sign in')
    await expect(proxima.roles.list().page()).rejects.toMatchObject({ code: 'forbidden' })
    const wrong = createProxima({ url: server.url, fetch: sent.fetch, apiKey: 'pxk_wrong' })
    sent.requests.length = 0
    await expect(wrong.me.get()).rejects.toMatchObject({ code: 'invalid_token' })
    expect(sent.requests).toHaveLength(1)
  })

  it('send and read a picture, as a file, as bytes and as a form', async () => {
    const png = new Uint8Array(plainPng(64, 64))
    const form = new FormData()
    form.set('image', new Blob([png], { type: 'image/png' }), 'amina.png')
    for (const content of [new Blob([png], { type: 'image/png' }), png, png.buffer, form]) {
      const { image_url } = await amina.me.profile.setImage(content)
      expect(image_url).toContain('/v1/pictures/')
      expect((await amina.me.profile.get()).image_url).toBe(image_url)
    }
    const picture = await amina.me.profile.image({ size: '64' })
    expect([picture.type, picture.size > 0]).toEqual(['image/webp', true])
    await amina.me.profile.deleteImage()
    expect((await amina.me.profile.get()).image_url).toBeNull()
  })

  it('read an export as JSON, as a ZIP file and as CSV', async () => {
    expect((await amina.me.export()).account.id).toBe(amina.session.userId)
    const zip = Buffer.from(await (await amina.me.exportZip()).arrayBuffer())
    expect(zip.subarray(0, 2).toString()).toBe('PK')
    expect(await (await admin.users.exportCsv({ verified: false })).text()).toContain('username')
  })

  it('do a repeated creation once, if the program gives the same key', async () => {
    const username = `p-${newId().replaceAll('-', '')}`
    const idempotencyKey = newId()
    const first = await amina.auth.register({ username }, { idempotencyKey })
    expect(await amina.auth.register({ username }, { idempotencyKey })).toEqual(first)
    await expect(amina.auth.register({ username })).rejects.toMatchObject({ code: 'username_taken' })
  })

  it('never let a value leave its place in the address', async () => {
    const sent = recorder()
    const proxima = createProxima({ url: server.url, fetch: sent.fetch, apiKey: 'pxk_any' })
    for (const id of ['..', '.', '']) expect(() => proxima.users.delete(id)).toThrow('is not an id')
    expect(sent.requests).toEqual([])
    await proxima.users.get('../roles/admin?x=1#y').catch(() => undefined)
    expect(sent.requests.map(({ path }) => path)).toEqual(['/v1/users/..%2Froles%2Fadmin%3Fx%3D1%23y'])
  })
})
