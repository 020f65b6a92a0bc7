import type { Browser, Page } from 'playwright-core'
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
import { freePort } from '../support/programs.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'
import { addAuthenticator, type VirtualAuthenticator } from '../support/virtual-authenticator.ts'

describe.skipIf(!hasBrowser)(`passkeys on the pages in Chromium${browserNote}`, { tags: ['long'] }, () => {
  let server: TestServer
  let browser: Browser
  let page: Page
  let authenticator: VirtualAuthenticator
  let url: string
  const faults: string[] = []

  beforeAll(async () => {
    // Passkeys need a name, and https or localhost.
    const port = String(await freePort())
    url = `http://localhost:${port}`
    server = await startTestServer(sqlite, { env: { PROXIMA_PUBLIC_URL: url, PROXIMA_PORT: port } })
    await server.client.signUp('amina', password)
    browser = await launchBrowser()
    page = await browser.newPage()
    page.setDefaultTimeout(15_000)
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      if (/Content Security Policy|Trusted|violates/.test(message.text())) faults.push(message.text())
    })
    authenticator = await addAuthenticator(page)
    // Otherwise, Chromium answers for the reader as soon as they type their name.
    await authenticator.setPresent(false)
  })
  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  const button = (name: string) => page.getByRole('button', { name, exact: true })
  /** By the path alone: an address may name another one in `return_to`. */
  const arrive = async (path: string) => await page.waitForURL(({ pathname }) => pathname === path)
  const typePassword = async () => {
    await page.goto(`${url}/sign-in`)
    await page.getByLabel('Username, email or phone').fill('amina')
    await page.getByLabel('Password', { exact: true }).fill(password)
    await button('Sign in').click()
  }
  const signOut = async () => {
    await page.goto(`${url}/sign-out`)
    await page.getByRole('main').getByRole('button').click()
    await page.getByRole('link', { name: 'Sign in again' }).waitFor()
  }
  const lastSession = async () => {
    const answer = await page.evaluate(async () => await (await fetch('/v1/me/sessions')).json())
    return (answer as { readonly data: readonly { readonly acr: string; readonly amr: readonly string[] }[] })
      .data[0]
  }

  it('adds one to an account, and shows its recovery codes once', async () => {
    await typePassword()
    await arrive('/account')
    await page.goto(`${url}/account/security`)
    await page.getByRole('link', { name: 'Add Passkey' }).click()
    await page.getByLabel(/Name/).fill('Laptop of Amina')
    await authenticator.setPresent(true)
    await button('Add a passkey').click()
    await page.locator('#once').waitFor()
    await page.goto(`${url}/account/security`)
    await page.getByText('Laptop of Amina').first().waitFor()
  })

  it('signs in with it alone, as two factors that resist phishing', async () => {
    await signOut()
    await page.goto(`${url}/sign-in?return_to=/account/sessions`)
    await button('Sign in with a passkey').click()
    await arrive('/account/sessions')
    expect(await lastSession()).toMatchObject({ acr: 'phr', amr: ['swk', 'user', 'mfa'] })
  })

  it('is the second step after a password', async () => {
    await signOut()
    await authenticator.setPresent(false)
    await typePassword()
    await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
    await page.getByText('Use the passkey of your account.').waitFor()
    await authenticator.setPresent(true)
    await button('Use a passkey').click()
    await arrive('/account')
    expect((await lastSession())?.amr).toEqual(expect.arrayContaining(['pwd', 'mfa']))
  })

  it('is offered by the browser where its owner types their name', async () => {
    await signOut()
    await page.goto(`${url}/sign-in`)
    await page.getByLabel('Username, email or phone').focus()
    await arrive('/account')
    expect(await lastSession()).toMatchObject({ acr: 'phr' })
  })

  it('confirms that it is its owner, for a change that a password does not allow', async () => {
    server.clock.advance(3_600)
    await page.goto(`${url}/account/security/passkeys`)
    await button('Add a passkey').click()
    await arrive('/account/confirm')
    await button('Use a passkey').click()
    await arrive('/account/security/passkeys')
  })

  it('can be cancelled: the page says what to do, and the password still works', async () => {
    await signOut()
    await authenticator.setUnlocked(false)
    await page.goto(`${url}/sign-in`)
    await button('Sign in with a passkey').click()
    await page.getByText('That did not work. Try again, or choose another way.').waitFor()
    expect(await button('Sign in with a passkey').isVisible()).toBe(true)
    expect(new URL(page.url()).pathname).toBe('/sign-in')
    await typePassword()
    await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
    await authenticator.setUnlocked(true)
  })

  it('says that another way is needed, in a browser without script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false })
    const plain = await context.newPage()
    await plain.goto(`${url}/sign-in`)
    expect(await plain.getByText('Sign in with a passkey').isVisible()).toBe(false)
    await plain.getByLabel('Username, email or phone').fill('amina')
    await plain.getByLabel('Password', { exact: true }).fill(password)
    await plain.getByRole('button', { name: 'Sign in', exact: true }).click()
    await plain.getByText('A passkey needs a browser that runs scripts.').waitFor()
    await plain.getByText('Try another way').click()
    await plain.getByRole('button', { name: 'Use a recovery code' }).click()
    await plain.getByLabel('Recovery code').waitFor()
    await context.close()
  })

  it.each(['/sign-in', '/account/security', '/account/security/passkeys'])(
    'is accessible in light and dark, on a phone and on a screen (%s)',
    async (path) => {
      await page.goto(`${url}/sign-in`)
      await authenticator.setPresent(true)
      if (path !== '/sign-in') {
        await button('Sign in with a passkey').click()
        await arrive('/account')
      }
      await authenticator.setPresent(false)
      await page.goto(`${url}${path}`)
      for (const [width, colorScheme] of [
        [320, 'light'],
        [1280, 'dark'],
      ] as const) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
        expect(await accessibilityProblems(page), `${width} ${colorScheme}`).toEqual([])
        expect(await overflow(page), `${width} ${colorScheme}`).toBeLessThanOrEqual(0)
      }
      if (path !== '/sign-in') await signOut()
    },
  )

  it('A122: breaks no content security policy, and no Trusted Types', () => {
    expect(faults).toEqual([])
  })
})
