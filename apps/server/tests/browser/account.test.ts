import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accessibilityProblems,
  browserNote,
  hasBrowser,
  launchBrowser,
  overflow,
} from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { shoot } from '../support/shots.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const paths = [
  '/account',
  '/account/profile',
  '/account/contacts',
  '/account/contacts?verify=email',
  '/account/contacts/email',
  '/account/contacts/phone',
  '/account/security',
  '/account/security/password',
  '/account/security/log',
  '/account/security/secret',
  '/account/security/username',
  '/account/sessions',
  '/account/applications',
  '/account/applications/new',
  '/account/data',
  '/account/confirm',
]

/** The width of the window, the theme, the language, and whether scripts run. */
const looks = [
  { width: 320, colorScheme: 'light', locale: 'en-GB', javaScriptEnabled: true },
  { width: 320, colorScheme: 'dark', locale: 'ar', javaScriptEnabled: true },
  { width: 1280, colorScheme: 'light', locale: 'bn', javaScriptEnabled: true },
  // 1280 pixels at 200 % (WCAG 2.2, 1.4.4).
  { width: 640, deviceScaleFactor: 2, colorScheme: 'light', locale: 'ro', javaScriptEnabled: true },
  { width: 1280, colorScheme: 'dark', locale: 'en-GB', javaScriptEnabled: false },
] as const

describe.skipIf(!hasBrowser)(`the pages of the account in Chromium${browserNote}`, { tags: ['long'] }, () => {
  let server: TestServer
  let browser: Browser
  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer(sqlite)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  let number = 0
  async function newOwner(): Promise<string> {
    number += 1
    const username = `browsing-${number}`
    await server.client.register({ username, email: `${username}@example.com`, password })
    return username
  }

  async function signedIn(username: string, options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await browser.newContext({ baseURL: server.url, ...options })
    const page = await context.newPage()
    await page.goto('/sign-in')
    await page.fill('#identifier', username)
    await page.fill('#password', password)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/account')
    await page.close()
    return context
  }

  /** Presses Tab until the element has the focus. */
  async function tabTo(page: Page, selector: string): Promise<void> {
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`)) return
    }
    throw new Error(`the keyboard does not reach ${selector}`)
  }

  it.each(looks)(
    'are accessible, fit the window and break no policy: $width px, $colorScheme, $locale, script $javaScriptEnabled',
    async ({ width, ...look }) => {
      const username = await newOwner()
      const context = await signedIn(username, { ...look, viewport: { width, height: 800 } })
      const page = await context.newPage()
      const errors: string[] = []
      page.on('console', (message) => errors.push(...(message.type() === 'error' ? [message.text()] : [])))
      page.on('pageerror', (error) => errors.push(error.message))
      for (const path of paths) {
        await page.goto(path)
        // What runs here is the debugger of the browser, also if the page may run no script.
        expect(await overflow(page), path).toBeLessThanOrEqual(0)
        if (look.javaScriptEnabled) expect(await accessibilityProblems(page), path).toEqual([])
        expect(await page.locator('h1').count(), path).toBe(1)
        const { locale, colorScheme, javaScriptEnabled } = look
        await shoot(
          page,
          `${path} ${locale} ${width} ${colorScheme} ${javaScriptEnabled ? 'script' : 'no script'}`,
        )
      }
      expect(errors).toEqual([])
      await context.close()
    },
  )

  it('change the password with the keyboard alone', async () => {
    const username = await newOwner()
    const context = await signedIn(username)
    const page = await context.newPage()
    await page.goto('/account/security')
    await tabTo(page, 'a.btn[href="/account/security/password"]')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/account/security/password')
    await tabTo(page, '#current_password')
    await page.keyboard.type(password)
    await tabTo(page, '#new_password')
    await page.keyboard.type('nine quiet rivers bend')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/account/security?done=password_changed')
    expect(await page.getByRole('alert').innerText()).toContain('Your password is changed')
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('alert')
    await context.close()
  })

  it('end another session with the keyboard alone', async () => {
    const username = await newOwner()
    const [here, there] = [await signedIn(username), await signedIn(username)]
    const page = await here.newPage()
    await page.goto('/account/sessions')
    await tabTo(page, 'form.row-end button')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/account/sessions?done=session_ended')
    const other = await there.newPage()
    await other.goto('/account')
    expect(other.url()).toContain('/sign-in?return_to=')
    await Promise.all([here.close(), there.close()])
  })

  it.each([true, false])(
    'lose nothing that was typed if the session ends in another tab, with script: %s',
    async (javaScriptEnabled) => {
      const context = await signedIn(await newOwner(), { javaScriptEnabled })
      const [form, other] = [await context.newPage(), await context.newPage()]
      await form.goto('/account/security/username')
      await form.fill('#username', `typed-${number}`)
      await other.goto('/sign-out')
      await other.locator('main button').click()
      await form.locator('main form button.btn-primary').click()
      await form.getByRole('heading', { name: 'You were signed out in another window' }).waitFor()
      expect(await form.locator('input[name="username"]').getAttribute('value')).toBe(`typed-${number}`)
      await other.goto('/sign-in')
      await other.fill('#identifier', `browsing-${number}`)
      await other.fill('#password', password)
      await other.keyboard.press('Enter')
      await other.waitForURL('**/account')
      await form.getByRole('button', { name: 'Send again' }).click()
      await form.waitForURL('**/account/security?done=username_changed')
      await context.close()
    },
  )

  it('cut the square that the owner has chosen, with the keyboard alone', async () => {
    const context = await signedIn(await newOwner())
    const page = await context.newPage()
    await page.goto('/account/profile')
    // The left half is red and the right half is blue.
    const half = { width: 200, height: 200, channels: 3, background: 'red' } as const
    const blue = await sharp({ create: { ...half, background: 'blue' } })
      .png()
      .toBuffer()
    const buffer = await sharp({ create: half })
      .extend({ right: 200, background: 'red' })
      .composite([{ input: blue, left: 200, top: 0 }])
      .png()
      .toBuffer()
    await page.locator('#image').setInputFiles({ name: 'wide.png', mimeType: 'image/png', buffer })
    await page.locator('#crop-across').waitFor()
    await tabTo(page, '#crop-across')
    await page.keyboard.press('End')
    await tabTo(page, 'form[data-crop] button')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/account/profile?done=picture_changed')
    const stored = await page.request.get('/v1/me/profile/image?size=64')
    const { dominant } = await sharp(await stored.body()).stats()
    expect(dominant.b).toBeGreaterThan(200)
    expect(dominant.r).toBeLessThan(50)
    await context.close()
  })

  it('show what is stored after the back button, and a form that was sent works again', async () => {
    const context = await signedIn(await newOwner())
    const page = await context.newPage()
    await page.goto('/account/security/username')
    await page.fill('#username', `first-${number}`)
    await page.locator('main form button.btn-primary').click()
    await page.waitForURL('**/account/security?done=username_changed')
    await page.goBack()
    await page.waitForURL('**/account/security/username')
    await page.fill('#username', `second-${number}`)
    await page.locator('main form button.btn-primary').click()
    await page.waitForURL('**/account/security?done=username_changed')
    expect(await page.locator('main').innerText()).toContain(`second-${number}`)
    await context.close()
  })
})
