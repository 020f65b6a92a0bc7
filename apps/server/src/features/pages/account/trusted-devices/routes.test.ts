import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../../tests/support/engines.ts'
import { addTotp } from '../../../../../tests/support/factors.ts'
import { PageVisitor } from '../../../../../tests/support/page-visitor.ts'
import { newPerson } from '../../../../../tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const path = '/account/security'

describe.each(engines)('trusted devices on the pages on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  /** The hidden fields of the first form of a page. */
  const hiddenIn = (page: string): Record<string, string> =>
    Object.fromEntries(
      [...(page.split('</form>')[0] ?? '').matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value],
      ),
    )

  /** Signs in on the pages with a recovery code, and ticks the box. */
  async function newOwner() {
    const person = await newPerson(server.client)
    const { recoveryCodes } = await addTotp(server.client, person.token, server.clock)
    const visitor = new PageVisitor(server)
    const begin = async () => await visitor.send('/sign-in', { user_secret: person.secret })
    const page = await (await begin()).text()
    const given = { ...hiddenIn(page), factor: 'recovery_code', code: recoveryCodes[0] ?? '' }
    const answer = await visitor.send('/sign-in/second-step', { ...given, trust_device: 'yes' })
    return { answer, begin, page, visitor }
  }

  it('are made with a tick in the second step, and then sign in without it', async () => {
    const { answer, begin, page } = await newOwner()
    expect(page).toContain('Do not ask again on this device for 30 days')
    expect(page).not.toMatch(/id="trust"[^>]* checked/)
    expect(answer.status).toBe(303)
    expect(answer.headers.get('set-cookie')).toContain('__Host-proxima-device=pxt_')
    const again = await begin()
    expect(again.status).toBe(303)
    expect(again.headers.get('set-cookie')).toMatch(/__Host-proxima=pxs_/)
  })

  it('are listed and removed under "Security", one or all', async () => {
    const { begin, visitor } = await newOwner()
    const text = await visitor.read(path)
    expect(text).toContain('Trusted devices')
    const [, address = ''] = /action="([^"]*trusted-devices\/[0-9a-f-]+\/remove)"/.exec(text) ?? []
    const removed = await visitor.send(address)
    expect(removed.headers.get('location')).toBe(`${path}?done=device_removed`)
    expect((await visitor.send(address)).status).toBe(303)
    expect(await visitor.read(path)).not.toContain('id="trusted-devices"')
    expect(await (await begin()).text()).toContain('action="/sign-in/second-step"')
    const other = await newOwner()
    const all = await other.visitor.send(`${path}/trusted-devices/remove`)
    expect(all.headers.get('location')).toBe(`${path}?done=devices_removed`)
    expect(await other.visitor.read(path)).not.toContain('id="trusted-devices"')
  })

  it('A33: are never removed by someone else', async () => {
    const [amina, wanja] = [await newOwner(), await newOwner()]
    const text = await amina.visitor.read(path)
    const [, address = ''] = /action="([^"]*trusted-devices\/[0-9a-f-]+\/remove)"/.exec(text) ?? []
    await wanja.visitor.send(address)
    expect(await amina.visitor.read(path)).toContain('id="trusted-devices"')
    expect((await wanja.visitor.send(`${path}/trusted-devices/not-an-id/remove`)).status).toBe(404)
  })
})
