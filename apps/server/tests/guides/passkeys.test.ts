/** @module-tag long */

import type { Browser, Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserNote, hasBrowser, launchBrowser } from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { password } from '../support/password.ts'
import { freePort } from '../support/programs.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { addAuthenticator } from '../support/virtual-authenticator.ts'

/** As in the guide, but in a page that has the client already. */
const signIn = guideBlock('passkeys.md#signing-in js').replace(/^import .*$/m, '')

describe.skipIf(!hasBrowser)(`the script of the guide on passkeys in Chromium${browserNote}`, () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let url: string

  beforeAll(async () => {
    const port = String(await freePort())
    url = `http://localhost:${port}`
    server = await startTestServer(sqlite, { env: { PROXIMA_PUBLIC_URL: url, PROXIMA_PORT: port } })
    browser = await launchBrowser()
    // The policy of the pages of the server forbids the scripts of a test.
    const context = await browser.newContext({ bypassCSP: true })
    page = await context.newPage()
    await addAuthenticator(page)
    await page.goto(`${url}/sign-in`)
    await page.addScriptTag({ content: await clientBundle() })
    await page.evaluate(`globalThis.proxima = client.createProxima({ url: ${JSON.stringify(url)} })`)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  async function clientBundle(): Promise<string> {
    const input = new URL('../../../../packages/client/src/index.ts', import.meta.url).pathname
    const bundle = await rolldown({ input, platform: 'neutral' })
    const { output } = await bundle.generate({ format: 'iife', name: 'client' })
    return `${output[0].code}\nglobalThis.client = client`
  }

  const run = async <T>(script: string) => await page.evaluate<T>(`(async () => { ${script} })()`)

  it('adds a passkey of a real browser to an account', async () => {
    await server.client.signUp('amina', password)
    const added = await run<{ readonly kind: string; readonly synced: boolean }>(`
      await proxima.auth.login({ identifier: 'amina', password: ${JSON.stringify(password)} })
      const { flow, public_key } = await proxima.me.factors.startPasskey()
      const credential = await navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(public_key),
      })
      const { id, rawId, type, response } = credential.toJSON()
      await proxima.me.factors.addPasskey({ flow, name: 'Laptop', response: { id, rawId, type, response } })
      const { data } = await proxima.me.factors.list()
      await proxima.auth.logout()
      return data[0]
    `)
    expect(added).toMatchObject({ kind: 'passkey', name: 'Laptop', synced: true })
  })

  it('signs in with it, as two factors that resist phishing', async () => {
    await run(signIn)
    const sessions = await run<{ readonly acr: string; readonly amr: readonly string[] }[]>(
      'return (await proxima.me.sessions.list().page()).data',
    )
    expect(sessions[0]).toMatchObject({ acr: 'phr', amr: ['swk', 'user', 'mfa'] })
  })
})
