import type { Browser, BrowserContext, Page } from 'playwright-core'
import { password } from './password.ts'
import type { TestServer } from './test-server.ts'

/** A window of the console, in which an administrator is signed in by the cookie, and what its browser refused. */
export interface ConsoleWindow {
  readonly page: Page
  readonly context: BrowserContext
  /** Violations of the content security policy and of Trusted Types, and errors of scripts. */
  readonly faults: readonly string[]
  open(path: string): Promise<void>
}

export async function openConsole(
  browser: Browser,
  { url }: TestServer,
  username: string,
): Promise<ConsoleWindow> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (/Content Security Policy|Trusted|violates/.test(message.text())) faults.push(message.text())
  })
  await page.goto(`${url}/console/`)
  await signIn(page, username)
  return { page, context, faults, open: async (path) => void (await page.goto(`${url}/console${path}`)) }
}

async function signIn(page: Page, username: string): Promise<void> {
  await page.getByLabel('Username, email or phone').fill(username)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('navigation', { name: 'Console' }).waitFor()
}
