import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'

/** Set by `npm run pages:shots`: the folder for a screenshot of each page. */
const folder = process.env['PROXIMA_TEST_SHOTS'] ?? ''
export const wantsShots = folder !== ''

/** Makes a screenshot of the whole page, if someone wants them. */
export async function shoot(page: Page, name: string): Promise<void> {
  if (!wantsShots) return
  mkdirSync(folder, { recursive: true })
  const file = name.replaceAll(/token=[^ ]*/g, 'token').replaceAll(/[^\w]+/g, '-')
  await page.screenshot({ path: join(folder, `${file}.png`), fullPage: true })
}
