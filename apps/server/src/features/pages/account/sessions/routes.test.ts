import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const path = '/account/sessions'

describe.each(engines)('the page of sessions on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  async function twoDevices() {
    const { secret } = await newPerson(server.client)
    const [here, there] = [
      await PageVisitor.signIn(server, { user_secret: secret }),
      await PageVisitor.signIn(server, { user_secret: secret }),
    ]
    return { here, there }
  }

  it('lists the sessions of the owner alone, and says which is this one', async () => {
    const [{ here, there }, { here: stranger }] = [await twoDevices(), await twoDevices()]
    const text = await here.read(path)
    expect(text.match(/This device/g)).toHaveLength(1)
    expect(text).toContain('127.0.0.0/24')
    expect(text).toContain(`${path}/${await there.sessionId()}/end`)
    expect(text).not.toContain(`${path}/${await here.sessionId()}/end`)
    expect(text).not.toContain(await stranger.sessionId())
  })

  it('ends one session, also if it has ended already', async () => {
    const { here, there } = await twoDevices()
    const address = `${path}/${await there.sessionId()}/end`
    for (let turn = 0; turn < 2; turn++)
      expect((await here.send(address)).headers.get('location')).toBe(`${path}?done=session_ended`)
    expect((await there.open('/account')).headers.get('location')).toBe('/sign-in?return_to=%2Faccount')
    expect((await here.open('/account')).status).toBe(200)
  })

  it('ends all other sessions', async () => {
    const { here, there } = await twoDevices()
    expect((await here.send(`${path}/others/end`)).status).toBe(303)
    expect((await there.open('/account')).status).toBe(303)
    expect((await here.open('/account')).status).toBe(200)
  })

  it('A33: never ends the session of someone else', async () => {
    const [{ here }, { here: stranger }] = [await twoDevices(), await twoDevices()]
    await here.send(`${path}/${await stranger.sessionId()}/end`)
    expect((await stranger.open('/account')).status).toBe(200)
    expect((await here.send(`${path}/not-an-id/end`)).status).toBe(404)
  })

  it('A114: ends nothing when its address is only opened', async () => {
    const { here, there } = await twoDevices()
    const id = await there.sessionId()
    for (const address of [`${path}/others/end`, `${path}/${id}/end`])
      expect((await here.open(address)).status).toBe(405)
    expect((await there.open('/account')).status).toBe(200)
  })

  it('A122: shows an unknown device as one, and never what a client calls itself', async () => {
    const { secret } = await newPerson(server.client)
    const visitor = new PageVisitor(server)
    const name = '<script>alert(1)</script>'
    await visitor.send('/sign-in', { user_secret: secret }, { 'user-agent': name })
    expect(await visitor.read(path)).toContain('Unknown device')
    expect(await visitor.read(path)).not.toContain('alert(1)')
  })
})
