import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { PageClient } from '../../../../tests/support/page-client.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const firstLoadMax = 20_000
const scriptMax = 8_000

const publicPages = ['/sign-in', '/sign-in/code', '/sign-up', '/sign-out', '/recover', '/restore']
const accountPages = [
  '/account',
  '/account/profile',
  '/account/contacts',
  '/account/security/password',
  '/account/security/passkeys',
  '/account/sessions',
]

describe('the first load of a page, compressed', () => {
  let server: TestServer
  let browser: PageClient
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    browser = new PageClient(server)
    const { secret } = await newPerson(server.client)
    await browser.send('/sign-in', { user_secret: secret })
  })
  afterAll(async () => await server?.close())

  const sizeOf = (text: string) => brotliCompressSync(text).length

  /** A script, and those that it imports at once. What it loads later, such as the strength meter, does not count. */
  async function scriptSizes(path: string, known = new Map<string, number>()): Promise<Map<string, number>> {
    if (known.has(path)) return known
    const { text } = await browser.open(path)
    known.set(path, sizeOf(text))
    for (const [, imported = ''] of text.matchAll(/^import [^(]*?['"](\.\/[^'"]+)['"]/gm))
      await scriptSizes(new URL(imported, `http://a${path}`).pathname, known)
    return known
  }

  it.each([...publicPages, ...accountPages])('of %s is small, and so are its scripts', async (path) => {
    const { status, text } = await (publicPages.includes(path) ? new PageClient(server) : browser).open(path)
    expect(status).toBe(200)
    const [, style = ''] = /rel="stylesheet" href="([^"]+)"/.exec(text) ?? []
    const [, script = ''] = /type="module" src="([^"]+)"/.exec(text) ?? []
    const scripts = [...(await scriptSizes(script)).values()].reduce((sum, size) => sum + size, 0)
    expect(scripts).toBeLessThan(scriptMax)
    const styles = sizeOf((await browser.open(style)).text)
    expect(styles).toBeGreaterThan(1_000)
    expect(sizeOf(text) + styles + scripts).toBeLessThan(firstLoadMax)
  })
})
