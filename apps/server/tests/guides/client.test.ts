/** @module-tag long */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { browserNote, hasBrowser, launchBrowser } from '../support/browser.ts'
import { sqlite } from '../support/engines.ts'
import { guideBlock, repository } from '../support/guide-blocks.ts'
import { password } from '../support/password.ts'
import { freePort } from '../support/programs.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

describe.skipIf(!hasBrowser)(`the script of a page in the guide for the client${browserNote}`, () => {
  let folder: string
  let server: TestServer
  let app: ChildProcess
  let browser: Browser
  let origin: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'proxima-guide-'))
    await writeFile(join(folder, 'app.mjs'), guideBlock('browsers.md#an-example js'))
    await writeFile(join(folder, 'index.html'), guideBlock('browsers.md#an-example html'))
    await build(guideBlock('client.md#the-script-of-a-page js'))
    const port = await freePort()
    origin = `http://localhost:${port}`
    server = await startTestServer(sqlite, {
      env: { PROXIMA_PUBLIC_URL: origin, PROXIMA_TRUSTED_PROXIES: '127.0.0.1' },
    })
    const env = { PATH: process.env['PATH'] ?? '', PORT: String(port), PROXIMA: server.url }
    app = spawn(process.execPath, ['app.mjs'], { cwd: folder, env, stdio: 'inherit' })
    browser = await launchBrowser()
    const answers = () =>
      fetch(origin).then(
        ({ ok }) => ok,
        () => false,
      )
    while (!(await answers())) expect(app.exitCode).toBeNull()
  })
  afterAll(async () => {
    await browser?.close()
    app?.kill()
    if (app?.exitCode === null && app.signalCode === null) await once(app, 'exit')
    await server?.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** As the build tool of a reader does. */
  async function build(script: string): Promise<void> {
    const input = join(folder, 'script.js')
    await writeFile(input, script)
    const client = join(repository, 'packages/client/src/index.ts')
    const bundle = await rolldown({ input, resolve: { alias: { '@proxima/client': client } } })
    await bundle.write({ file: join(folder, 'page.js'), format: 'esm' })
  }

  async function submit(page: Page, button: string, username: string): Promise<void> {
    await page.getByLabel('Username').fill(username)
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: button }).click()
  }

  it('registers, signs in and out in all tabs, and shows what is wrong', async () => {
    const context = await browser.newContext()
    const [first, second] = [await context.newPage(), await context.newPage()]
    for (const page of [first, second]) {
      await page.goto(origin)
      await page.getByText('You are not signed in.').waitFor()
    }
    await submit(first, 'Register', 'a b')
    await first.getByText('A username cannot contain spaces.').waitFor()
    await submit(first, 'Register', 'amina')
    for (const page of [first, second]) await page.getByText('You are signed in as amina.').waitFor()
    await second.getByRole('button', { name: 'Sign out' }).click()
    for (const page of [first, second]) await page.getByText('You are not signed in.').waitFor()
    await first.reload()
    await submit(first, 'Sign in', 'amina')
    await second.getByText('You are signed in as amina.').waitFor()
    expect(await first.evaluate('document.cookie + localStorage.length')).toBe('0')
    await context.close()
  })
})
