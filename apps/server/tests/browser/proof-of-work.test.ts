import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { accessibilityProblems, browserNote, hasBrowser, launchBrowser } from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe.skipIf(!hasBrowser)(
  `proof of work on the pages in Chromium${browserNote}`,
  { tags: ['long'] },
  () => {
    let server: TestServer
    let browser: Browser
    let page: Page
    const faults: string[] = []

    beforeAll(async () => {
      server = await startTestServer(sqlite, { env: { PROXIMA_PROOF_OF_WORK: 'on', PROXIMA_LIMITS: 'on' } })
      await server.client.signUp('amina', password)
      for (let number = 0; number < 10; number++)
        await server.client.login({ identifier: `stranger-${number}`, password: 'not it' })
      browser = await launchBrowser()
      page = await browser.newPage()
      page.on('pageerror', (error) => faults.push(error.message))
      page.on('console', (message) => {
        if (/Content Security Policy|Trusted|violates/.test(message.text())) faults.push(message.text())
      })
    })
    afterAll(async () => {
      await browser?.close()
      await server?.close()
    })

    const signIn = async (at: Page) => {
      await at.goto(`${server.url}/sign-in`)
      await at.getByLabel('Username, email or phone').fill('amina')
      await at.getByLabel('Password', { exact: true }).fill(password)
      await at.getByRole('button', { name: 'Sign in', exact: true }).click()
      await at.getByRole('heading', { name: 'One more step' }).waitFor()
    }

    it('lets the device compute, keeps what was typed but no password, and then signs in', async () => {
      await signIn(page)
      await page.emulateMedia({ reducedMotion: 'reduce' })
      await page.getByText('Done. You can continue.').waitFor({ timeout: 120_000 })
      expect(await accessibilityProblems(page)).toEqual([])
      expect(await page.content()).not.toContain(password)
      await page.getByLabel('Password', { exact: true }).fill(password)
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.waitForURL('**/account')
      expect(faults).toEqual([])
    })

    it('tells a reader without script how long to wait', async () => {
      // The sign-in that succeeded does not count.
      await server.client.login({ identifier: 'stranger', password: 'not it' })
      const context = await browser.newContext({ javaScriptEnabled: false })
      const plain = await context.newPage()
      await signIn(plain)
      await plain.getByText('Try again in an hour.').waitFor()
      await context.close()
    })
  },
)
