import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { browserNote, hasBrowser, launchBrowser } from '../../../apps/server/tests/support/browser.ts'
import { OldPage } from '../../../apps/server/tests/support/old-front-ends/old-page.ts'
import {
  hostUrl,
  type PageServer,
  servePage,
} from '../../../apps/server/tests/support/old-front-ends/page-server.ts'
import { Programs } from '../../start/programs.ts'
import { type StartedExample, startExample } from '../../start/start-example.ts'
import { Caller } from '../../start/tests/caller.ts'
import { vaccination } from '../example.ts'

const person = {
  name: 'Rahima Begum',
  email: 'rahima@example.com',
  phone_number: '01712345678',
  password: 'pass123',
  address: '',
  nid: '19901234567',
}

/** The page, Proxima and this service are three origins, as they were in the old system. */
describe.skipIf(!hasBrowser)(`the old page in Chromium${browserNote}`, { tags: ['long'] }, () => {
  const programs = new Programs()
  let folder: string
  let started: StartedExample
  let browser: Browser
  let site: PageServer

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vaccination-'))
    const places = { dataFolder: folder, port: 0, accountsPort: 0 }
    started = await startExample(vaccination, places, programs)
    browser = await launchBrowser()
    site = await servePage('oauth-bearer.html', {
      accounts: hostUrl('auth', new URL(started.accountsUrl).port),
      vaccines: hostUrl('api', new URL(started.url).port),
      role: '1',
    })
  })

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close()
  })

  afterAll(async () => {
    await site?.close()
    await browser?.close()
    await programs.stop()
    await rm(folder, { recursive: true, force: true })
  })

  it('registers a user with Proxima, and shows the vaccinations of this service', async () => {
    const front = await OldPage.open(browser, site.url)
    await front.said()
    expect(await front.submit('register', person)).toBe('home')
    expect(await front.press('#vaccines')).toBe('vaccines of ')

    const token = await front.page.evaluate(`localStorage.getItem('jwt')`)
    await new Caller(started.url).send('POST', '/create', { token })
    const id = (await front.text('#id')).replace('number ', '')
    expect(await front.press('#vaccines')).toBe(`vaccines of ${id}`)

    await front.press('#logout')
    expect(await front.press('#vaccines')).toBe('console: status code 422')
  })
})
