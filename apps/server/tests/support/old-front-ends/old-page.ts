import type { Browser, Page } from 'playwright-core'

type Values = Readonly<Record<string, string>>

/** An old page in a browser. Each action waits until the page has shown its outcome. */
export class OldPage {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }

  static async open(browser: Browser, url: string): Promise<OldPage> {
    const page = await browser.newPage()
    page.setDefaultTimeout(60_000)
    await page.goto(url)
    return new OldPage(page)
  }

  /** What the page shows. */
  async said(): Promise<string> {
    const said = this.page.locator('#said')
    await this.page.waitForFunction(`document.querySelector('#said').textContent !== '…'`)
    return (await said.textContent()) ?? ''
  }

  async submit(form: string, values: Values): Promise<string> {
    await this.fill(form, values)
    return await this.press(`#${form} button[type=submit]`)
  }

  async fill(form: string, values: Values): Promise<void> {
    for (const [name, value] of Object.entries(values))
      await this.page.locator(`#${form} [name=${name}]`).fill(value)
  }

  async press(button: string): Promise<string> {
    await this.page.locator(button).click()
    return await this.said()
  }

  async reload(): Promise<string> {
    await this.page.reload()
    return await this.said()
  }

  async text(selector: string): Promise<string> {
    return (await this.page.locator(selector).textContent()) ?? ''
  }
}

/** The paths that a browser has asked about before it called them, from the log of the server: Playwright shows none. */
export function preflightsIn(log: readonly string[]): string[] {
  const lines = log.map((line) => JSON.parse(line) as { method?: string; route?: string; status?: number })
  const asked = lines.filter(({ method, status }) => method === 'OPTIONS' && status === 200)
  return [...new Set(asked.map(({ route }) => route ?? ''))]
}
