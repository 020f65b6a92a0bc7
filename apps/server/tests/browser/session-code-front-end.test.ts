import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { browserNote, hasBrowser, launchBrowser } from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { largestPicture } from '../support/old-backends/old-pictures.ts'
import { OldPage, preflightsIn } from '../support/old-front-ends/old-page.ts'
import { hostUrl, type PageServer, servePage } from '../support/old-front-ends/page-server.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const person = { email: 'ana@example.com', username: 'ana' }
const password = 'pass123'
const signUp = {
  ...person,
  password,
  confirmPassword: password,
  firstName: 'Ana',
  lastName: 'Pop',
}

describe.skipIf(!hasBrowser)(
  `the old front end of session-code in Chromium${browserNote}`,
  { tags: ['long'] },
  () => {
    let browser: Browser
    let server: TestServer
    let site: PageServer
    let front: OldPage
    const folder = mkdtempSync(join(tmpdir(), 'proxima-front-end-'))
    beforeAll(async () => {
      browser = await launchBrowser()
    })
    beforeEach(async () => {
      server = await startTestServer(sqlite, { env: { PROXIMA_CONTRACTS: 'session-code' } })
      site = await servePage('session-code.html', { api: hostUrl('api', new URL(server.url).port) })
      front = await OldPage.open(browser, site.url)
    })
    afterEach(async () => {
      await front.page.close()
      await site.close()
      await server.close()
    })
    afterAll(async () => {
      await browser?.close()
      rmSync(folder, { recursive: true, force: true })
    })

    async function signedUp(): Promise<void> {
      expect(await front.submit('signup', signUp)).toBe('start page')
      expect(await front.submit('login', { email: person.email, password })).toBe('signed in')
    }

    it('signs up in two steps, signs in and shows the profile', async () => {
      expect(await front.said()).toBe('opened')
      await front.fill('signup', person)
      expect(await front.press('#verify-email')).toBe('free')
      expect(await front.press('#verify-username')).toBe('free')
      await signedUp()
      expect(await front.text('#profile strong')).toBe('Ana Pop')
      expect(await front.text('#Email')).toBe('ana@example.com')
      expect(await front.reload()).toBe('opened')
      expect(await front.text('#profile strong')).toBe('Ana Pop')
      await front.fill('signup', person)
      expect(await front.press('#verify-email')).toBe('taken')
      expect(await front.press('#verify-username')).toBe('taken')
      expect(preflightsIn(server.log)).toEqual(expect.arrayContaining(['/intra-in-cont', '/get']))
    })

    it('shows why it does not sign in, also with an old code in the header', async () => {
      await signedUp()
      const wrong = { email: person.email, password: 'wrong-password' }
      const refused = await front.submit('login', wrong)
      expect(refused).not.toMatch(/^(?:signed in|no response|Response status)/)
      // The key is gone, and the header has the scheme alone.
      expect(await front.press('#logout')).toBe('start page')
      await front.fill('signup', person)
      expect(await front.press('#verify-email')).toBe('taken')
      expect(await front.submit('login', { email: person.email, password })).toBe('signed in')
    })

    it('saves contact details and links with empty ones as null, and a picture of half a megabyte', async () => {
      await signedUp()
      expect(await front.submit('contact', { occupation: 'Engineer', country: 'Romania' })).toBe('Success')
      const file = join(folder, 'picture.png')
      const picture = largestPicture()
      expect(picture.length).toBeGreaterThan(490_000)
      expect(picture.length).toBeLessThanOrEqual(512_000)
      writeFileSync(file, picture)
      await front.page.locator('#contact [name=image]').setInputFiles(file)
      expect(await front.submit('contact', { occupation: 'Engineer', county: 'Cluj' })).toBe('Success')
      expect(
        await front.submit('links', { gitHub: 'https://github.com/ana-pop', description: 'Builds' }),
      ).toBe('Success')
      expect(await front.reload()).toBe('opened')
      expect(await front.text('#Occupation')).toBe('Engineer')
      expect(await front.text('#County')).toBe('Cluj')
      expect(await front.text('#GitHub')).toContain('github.com/ana-pop')
      expect(await front.text('#Description')).toBe('Builds')
      const width = await front.page.locator('#profile img').evaluate(async (image) => {
        const shown = image as unknown as { decode(): Promise<void>; readonly naturalWidth: number }
        await shown.decode()
        return shown.naturalWidth
      })
      expect(width).toBeGreaterThan(0)
    })

    it('goes on with the same code after a change of the name, the address and the password', async () => {
      await signedUp()
      const passwords = { currentPassword: password, newPassword: 'pass1234' }
      expect(await front.submit('password', { ...passwords, currentPassword: 'wrong-password' })).not.toBe(
        'Success',
      )
      expect(await front.submit('password', passwords)).toBe('Success')
      expect(await front.submit('username', { userName: 'ana.pop' })).toBe('Success')
      expect(await front.submit('email', { newEmail: 'ana.pop@example.com' })).toBe('Success')
      expect(await front.reload()).toBe('opened')
      expect(await front.text('#profile strong')).toBe('Ana Pop')
      expect(await front.press('#logout')).toBe('start page')
      const login = { email: person.email, password: 'pass1234' }
      expect(await front.submit('login', login)).toBe('signed in')
    })

    it('deletes the account, which the browser asks for with a preflight', async () => {
      await signedUp()
      expect(await front.press('#delete')).toBe('deleted')
      expect(preflightsIn(server.log)).toContain('/deleteAccount')
      const refused = await front.submit('login', { email: person.email, password })
      expect(refused).not.toBe('signed in')
    })
  },
)
