import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
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
import { guideBlock } from '../support/guide-blocks.ts'
import { password } from '../support/password.ts'
import { freePort } from '../support/programs.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const files = {
  'app.mjs': guideBlock('browsers.md#an-example js'),
  'index.html': guideBlock('browsers.md#an-example html'),
  'page.js': guideBlock('browsers.md#an-example js 2'),
}

/** The settings in the command of the guide, at another address. */
function settingsOf(command: string, origin: string): Record<string, string> {
  const pairs = [...command.matchAll(/(PROXIMA_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ])
  return { ...(Object.fromEntries(pairs) as Record<string, string>), PROXIMA_PUBLIC_URL: origin }
}

describe.skipIf(!hasBrowser)(`the guide for browsers, in Chromium${browserNote}`, { tags: ['long'] }, () => {
  let server: TestServer
  const apps: ChildProcess[] = []
  let browser: Browser
  let folder: string
  let origin: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-guide-'))
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
    const port = await freePort()
    origin = `http://localhost:${port}`
    const command = guideBlock('browsers.md#one-origin sh')
    expect(command).toContain('PROXIMA_PUBLIC_URL=http://localhost:5000')
    server = await startTestServer(sqlite, { env: settingsOf(command, origin) })
    await startApp(port, server.url)
    browser = await launchBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    for (const app of apps) {
      app.kill()
      if (app.exitCode === null && app.signalCode === null) await once(app, 'exit')
    }
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Starts the application with the command of the guide, in front of the server. */
  async function startApp(port: number, proxima: string): Promise<void> {
    const [program, ...args] = guideBlock('browsers.md#an-example sh').trim().split(' ')
    expect(program).toBe('node')
    const env = { PATH: process.env['PATH'] ?? '', PORT: String(port), PROXIMA: proxima }
    const app = spawn(process.execPath, args, { cwd: folder, env, stdio: 'inherit' })
    apps.push(app)
    const answers = () =>
      fetch(`http://localhost:${port}`).then(
        ({ ok }) => ok,
        () => false,
      )
    while (!(await answers())) expect(app.exitCode).toBeNull()
  }

  async function submit(page: Page, button: string, username = 'amina'): Promise<void> {
    await page.getByLabel('Username').fill(username)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: button }).click()
  }

  it('registers, keeps a user signed in when the page is reloaded, and signs out', async () => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
    const page = await context.newPage()
    await page.goto(origin)
    await page.getByText('You are not signed in.').waitFor()
    expect(await accessibilityProblems(page)).toEqual([])
    expect(await overflow(page)).toBeLessThanOrEqual(0)
    await submit(page, 'Register')
    await page.getByText('You are signed in as amina.').waitFor()
    await page.reload()
    await page.getByText('You are signed in as amina.').waitFor()
    // No script can read the session.
    expect(await page.evaluate('document.cookie')).toBe('')
    const cookies = await context.cookies()
    expect(cookies).toMatchObject([
      { name: '__Host-proxima', path: '/', httpOnly: true, secure: true, sameSite: 'Lax' },
    ])
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are not signed in.').waitFor()
    expect(await context.cookies()).toEqual([])
    await submit(page, 'Register')
    await page.getByText('Another account has this username').waitFor()
    await submit(page, 'Sign in')
    await page.getByText('You are signed in as amina.').waitFor()
    await context.close()
  })

  it('exchanges the cookie for an access token, as the guide on tokens shows', async () => {
    const page = await browser.newPage()
    await page.goto(origin)
    await submit(page, 'Register', 'baraka')
    await page.getByText('You are signed in as baraka.').waitFor()
    const block = guideBlock('verify-tokens.md#a-token-for-a-browser-with-the-cookie js')
    const token = await page.evaluate<string>(`(async () => { ${block}; return access_token })()`)
    const { body } = await server.client.me(token)
    expect(body.username).toBe('baraka')
    expect(decodeJwt(token)).toMatchObject({ iss: origin, aud: origin, sub: body.id })
    await page.close()
  })

  it('is refused if the page has another origin than the public address', async () => {
    const other = await startTestServer(sqlite)
    const page = await browser.newPage()
    const port = await freePort()
    await startApp(port, other.url)
    await page.goto(`http://localhost:${port}`)
    await submit(page, 'Register')
    await page.getByText(/page of|PROXIMA_PUBLIC_URL/).waitFor()
    await page.close()
    await other.close()
  })
})
