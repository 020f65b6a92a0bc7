import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { unzipSync } from 'fflate'
import type { Browser } from 'playwright-core'
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
import { startTestServer, type TestServer } from '../support/test-server.ts'

const light = 'oklch(0.974 0.006 235)'
const dark = 'oklch(0.175 0.012 235)'

/** The width of the window, the theme, and the background that it gives. */
const looks = [
  [390, 'light', light],
  [390, 'dark', dark],
  [1280, 'light', light],
  [1280, 'dark', dark],
] as const

describe.skipIf(!hasBrowser)(`the pages in Chromium${browserNote}`, { tags: ['long'] }, () => {
  let server: TestServer
  let browser: Browser
  /** Of the pages that have none before the server has started. */
  const addresses = new Map<string, string>()
  const folder = mkdtempSync(join(tmpdir(), 'proxima-pages-'))
  beforeAll(async () => {
    browser = await launchBrowser()
    server = await startTestServer(sqlite, { env: { PROXIMA_VERIFICATION: 'optional' } })
    const { client } = server
    const email = `${'long'.repeat(15)}@${'example.'.repeat(12)}org`
    await client.register({ email, password })
    await client.post('/v1/auth/recovery', { identifier: email })
    const login = await client.login({ identifier: email, password })
    const token: string = login.body.access_token
    const archive = await client.get('/v1/me/export?format=zip', { token })
    writeFileSync(join(folder, 'index.html'), unzipSync(archive.bytes)['index.html'] ?? '')
    addresses.set('the page of an export', pathToFileURL(join(folder, 'index.html')).href)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const paths = [
    '/',
    '/docs',
    '/docs/problems',
    '/docs/problems/validation_failed',
    '/docs/problems/no_such_code',
    '/outbox',
    'the page of an export',
  ]

  describe.each(paths)('%s', (path) => {
    const address = () => new URL(addresses.get(path) ?? path, server.url).href

    it('is accessible and fits the window, in both themes', async () => {
      const page = await browser.newPage()
      const errors: string[] = []
      page.on('console', (message) => errors.push(...(message.type() === 'error' ? [message.text()] : [])))
      page.on('pageerror', (error) => errors.push(error.message))
      await page.goto(address())
      // What is folded is checked too.
      await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true')
      for (const [width, colorScheme, background] of looks) {
        await page.setViewportSize({ width, height: 844 })
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        expect(await accessibilityProblems(page), `${width} ${colorScheme}`).toEqual([])
        expect(await overflow(page), `${width} ${colorScheme}`).toBeLessThanOrEqual(0)
        const shown = await page.evaluate('getComputedStyle(document.body).backgroundColor')
        expect(shown).toBe(background)
      }
      // The browser itself reports an answer of 404, and one of 422 for a link that does not work.
      expect(errors.filter((text) => addresses.has(path) || !/status of (404|422)/.test(text))).toEqual([])
      await page.close()
    })
  })

  it('keeps the list of calls apart from the title on a narrow window', async () => {
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
    await page.goto(`${server.url}/docs`)
    const list = await page.locator('.contents').boundingBox()
    const title = await page.locator('h1').boundingBox()
    expect((title?.y ?? 0) - (list?.y ?? 0) - (list?.height ?? 0)).toBeGreaterThanOrEqual(16)
    await page.close()
  })

  it('sends the calls of the reference, and uses the token of a sign-in', async () => {
    const fresh = await startTestServer(sqlite)
    const page = await browser.newPage()
    await page.goto(`${fresh.url}/docs`)
    const answerOf = async (operationId: string) => {
      const form = page.locator(`#${operationId} form`)
      await page.locator(`#${operationId} .try > summary`).click()
      await form.getByRole('button', { name: 'Send' }).click()
      const answer = form.getByRole('status')
      await answer.getByText(/^\d{3} /).waitFor()
      return await answer.innerText()
    }
    expect(await answerOf('register')).toMatch(/^201 [\s\S]*"username": "amina"/)
    expect(await answerOf('login')).toMatch(/^200 [\s\S]*"access_token"/)
    expect(await answerOf('getMe')).toMatch(/^200 [\s\S]*"full_name": "Amina Odhiambo"/)
    expect(await answerOf('patchProfile')).toMatch(/^200 [\s\S]*"github": "https:\/\/github.com\/amina"/)
    expect(await answerOf('endMySession')).toMatch(/^404 [\s\S]*"not_found"/)
    const buffer = await sharp({ create: { width: 80, height: 80, channels: 3, background: 'teal' } })
      .png()
      .toBuffer()
    const file = { name: 'amina.png', mimeType: 'image/png', buffer }
    await page.locator('#putProfileImage-body').setInputFiles(file)
    expect(await answerOf('putProfileImage')).toMatch(/^200 [\s\S]*"image_url"/)
    expect(await answerOf('getProfileImage')).toMatch(/^200 /)
    const shown = 'document.querySelector("#getProfileImage img")'
    await page.evaluate(`${shown}.decode()`)
    expect(await page.evaluate(`${shown}.naturalWidth`)).toBe(256)
    await page.close()
    await fresh.close()
  })
})
