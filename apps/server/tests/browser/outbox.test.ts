import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  accessibilityProblems,
  browserNote,
  hasBrowser,
  launchBrowser,
  overflow,
} from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

interface Window {
  getComputedStyle(element: unknown): { readonly backgroundColor: string }
}

function backgroundOf(element: unknown): string {
  return (globalThis as unknown as Window).getComputedStyle(element).backgroundColor
}

type Contact = { email: string } | { phone_number: string }

describe.skipIf(!hasBrowser)(`the outbox page in Chromium${browserNote}`, { tags: ['long'] }, () => {
  let browser: Browser
  let page: Page
  const servers: TestServer[] = []
  beforeAll(async () => {
    browser = await launchBrowser()
  })
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    page.setDefaultTimeout(15_000)
  })
  afterEach(async () => {
    await page.close()
    for (const server of servers.splice(0)) await server.close()
  })
  afterAll(async () => await browser?.close())

  async function serverIn(locale: string): Promise<TestServer> {
    const server = await startTestServer(sqlite, { env: { PROXIMA_LOCALE: locale } })
    servers.push(server)
    return server
  }

  /** Causes a mail with a code and a button, or a text message with a code. */
  async function requestCode({ client }: TestServer, contact: Contact = { email: 'amina@example.com' }) {
    await client.register({ ...contact, password })
    const login = await client.login({ identifier: Object.values(contact).join(''), password })
    const token: string = login.body.access_token
    const channel = 'email' in contact ? 'email' : 'phone_number'
    await client.post('/v1/me/verification', { channel }, { token })
  }

  const code = () => page.locator('#message .code').innerText()

  it('shows a new message by itself, with its code and its link', async () => {
    const server = await serverIn('en')
    const errors: string[] = []
    page.on('console', (message) => errors.push(...(message.type() === 'error' ? [message.text()] : [])))
    await page.goto(`${server.url}/outbox`)
    await page.getByText('No messages yet').waitFor()
    await requestCode(server)
    await page.locator('#message .code').waitFor()
    expect(await code()).toMatch(/^\d{6}$/)
    await page.locator('#messages .code', { hasText: await code() }).waitFor()
    const link = await page.locator('#message .button').getAttribute('href')
    expect(link).toMatch(new RegExp(`^${server.url}/`))
    expect(errors).toEqual([])
  })

  it('shows a mail in light and in dark mode, whatever the theme of the reader', async () => {
    const server = await serverIn('en')
    await requestCode(server)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await page.goto(`${server.url}/outbox`)
      for (const [theme, background] of [
        ['light', 'rgb(255, 255, 255)'],
        ['dark', 'rgb(19, 27, 31)'],
      ] as const) {
        const box = page.frameLocator(`iframe.${theme}`).locator('.box')
        expect(await box.evaluate(backgroundOf)).toBe(background)
      }
    }
  })

  it.each([{ email: `${'long'.repeat(15)}@example.com` }, { phone_number: '+254712345678' }])(
    'is accessible and fits a phone, with a message in Arabic to %j',
    async (contact) => {
      const server = await serverIn('ar')
      await requestCode(server, contact)
      await page.goto(`${server.url}/outbox`)
      await page.locator('#message .code').waitFor()
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        expect(await accessibilityProblems(page), colorScheme).toEqual([])
        expect(await overflow(page), colorScheme).toBeLessThanOrEqual(0)
      }
    },
  )

  it.each(['en', 'fr', 'sw', 'ro', 'bn', 'ar'])(
    'frames a mail that is accessible and fits (%s)',
    async (locale) => {
      const server = await serverIn(locale)
      await requestCode(server)
      await page.goto(`${server.url}/outbox`)
      const previews = ['light', 'dark'].map((theme) => page.locator(`iframe.${theme}`).getAttribute('src'))
      const paths = await Promise.all(previews)
      await page.setViewportSize({ width: 320, height: 640 })
      // Without its policy, which forbids scripts: the check is one.
      await page.route('**/messages/**', async (route) => {
        const response = await route.fetch()
        const { 'content-security-policy': _, ...headers } = response.headers()
        await route.fulfill({ response, headers })
      })
      for (const path of paths) {
        await page.goto(`${server.url}${path}`)
        expect(await accessibilityProblems(page), path ?? '').toEqual([])
        expect(await overflow(page), path ?? '').toBeLessThanOrEqual(0)
      }
    },
  )
})
