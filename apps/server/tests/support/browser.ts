import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { type Browser, chromium, type Page } from 'playwright-core'

const executablePath = [
  process.env['PROXIMA_TEST_CHROMIUM'] ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => existsSync(path))

/** For the names of tests that are left out because there is no Chromium. */
export const hasBrowser = executablePath !== undefined
export const browserNote = hasBrowser ? '' : ' (left out: no Chromium here; set PROXIMA_TEST_CHROMIUM)'

/** The console is built by `npm ci`, unless its packages are not installed. */
export const hasConsole = existsSync(new URL('../../../console/dist/index.html', import.meta.url))
export const consoleNote = hasConsole ? '' : ' (left out: the console is not built)'

/** All hosts below this name are this machine, for pages of several origins. Only the browser knows them. */
export const chromiumHosts = 'front-end.example'

export async function launchBrowser(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('there is no Chromium')
  // The tests may run as root, for whom Chromium has no sandbox. It opens only our own pages.
  return await chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      `--host-resolver-rules=MAP *.${chromiumHosts} 127.0.0.1, MAP accounts.example.org 127.0.0.1`,
    ],
  })
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Everything that axe finds on the page: rules of WCAG 2.2 and good practice. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  // Evaluated by the debugger, so that the content security policy of the page stays in force.
  await page.evaluate(axe)
  return await page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }
    interface Violation {
      readonly id: string
      readonly nodes: readonly { readonly html: string }[]
    }
    const { violations } = await axe.run()
    return violations.map(({ id, nodes }) => `${id} (${nodes.length}): ${nodes[0]?.html.slice(0, 200)}`)
  })
}

/** How many pixels the page is wider than the window. */
export async function overflow(page: Page): Promise<number> {
  return await page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
}
