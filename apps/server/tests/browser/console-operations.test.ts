import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  accessibilityProblems,
  browserNote,
  consoleNote,
  hasBrowser,
  hasConsole,
  overflow,
} from '../support/browser.ts'
import { openConsole } from '../support/console-page.ts'
import { type ConsoleWorld, startConsoleWorld } from '../support/console-world.ts'
import { addTotp } from '../support/factors.ts'
import { password } from '../support/password.ts'

const note = browserNote + consoleNote

describe.skipIf(!hasBrowser || !hasConsole)(
  `the views of the console for operators in Chromium${note}`,
  { tags: ['long'] },
  () => {
    let world: ConsoleWorld
    let page: Page
    beforeAll(async () => {
      world = await startConsoleWorld()
      page = world.admin.page
    })
    afterAll(async () => await world?.close())

    const open = async (path: string) => await world.admin.open(path)
    const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
    const heading = (name: string) => page.getByRole('heading', { name, exact: true })

    describe('the first steps', () => {
      it('say what is done, and lead to what is not', async () => {
        await open('/overview')
        await heading('First steps').waitFor()
        const { data } = (await world.get('/v1/checklist')).body as { data: readonly { done: boolean }[] }
        const done = data.filter((item) => item.done).length
        await page.getByText(`${done} of ${data.length} done`).first().waitFor()
        await page.getByRole('link', { name: 'Connect' }).click()
        await heading('Applications').waitFor()
      })
    })

    describe('the messages', () => {
      it('are filtered by their state, and lead to the person', async () => {
        await world.server.client.post('/v1/auth/recovery', { identifier: 'amina' })
        await open('/messages')
        await page.getByRole('row').filter({ hasText: 'The amina' }).first().waitFor()
        await button('State').click()
        await page.getByRole('menuitemradio', { name: 'Given up' }).click()
        await heading('No messages').waitFor()
        expect(new URL(page.url()).searchParams.get('state')).toBe('given_up')
        await page.getByRole('button', { name: /^State: Given up/ }).click()
        await page.getByRole('link', { name: 'The amina' }).first().click()
        await page.getByRole('navigation', { name: 'Person' }).getByRole('link', { name: 'Messages' }).click()
        await heading('Messages to this person').waitFor()
        await page.getByRole('row').nth(1).waitFor()
      })
    })

    describe('the applications', () => {
      it('are made with a secret that is shown once, get another one, and are deleted', async () => {
        await open('/applications')
        await button('New client').click()
        await page.getByLabel('Name', { exact: false }).fill('Nightly reports')
        await button('Create the client').click()
        const secret = await page.locator('.once').innerText()
        await button('I have saved it').click()
        await heading('Nightly reports').waitFor()
        const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
        expect(await tokenStatus(id, secret)).toBe(200)

        await button('Add a secret').click()
        const second = await page.locator('.once').innerText()
        await button('I have saved it').click()
        await button('Delete').nth(1).click()
        await button('Delete the secret').click()
        await page.getByText('The secret is deleted').waitFor()
        expect([await tokenStatus(id, secret), await tokenStatus(id, second)]).toEqual([401, 200])

        await button('Delete').first().click()
        await page.getByLabel('Type Nightly reports to confirm').fill('Nightly reports')
        await button('Delete the client').click()
        await page.getByText('Nightly reports is deleted').waitFor()
        expect((await world.get(`/v1/clients/${id}`)).status).toBe(404)
        const { data } = (await world.get('/v1/audit-events?action=client_deletion')).body
        expect(data).toHaveLength(1)
      })

      it('are registered with their addresses, of which the wrong one is named, and are changed', async () => {
        await open('/applications')
        await button('New client').click()
        await page.getByLabel('What it is').selectOption('page')
        await page.getByLabel('Name', { exact: true }).fill('Wiki')
        await page.getByLabel('Redirect addresses').fill('https://wiki.example.org/ http://wiki.example.org/')
        await button('Create the client').click()
        await page.getByText('Use https. Only an address of the own machine').waitFor()
        await page.getByLabel('Redirect addresses').fill('https://wiki.example.org/')
        await button('Create the client').click()
        await heading('Wiki').waitFor()
        const id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
        const wiki = { redirect_uris: ['https://wiki.example.org/'], token_endpoint_auth_method: 'none' }
        expect((await world.get(`/v1/clients/${id}`)).body).toMatchObject({ ...wiki, is_first_party: false })
        await page.getByText('People are asked').waitFor()
        await button('Edit').click()
        await page.getByLabel('It is ours').check()
        await page.getByLabel('Home page').fill('https://wiki.example.org/home')
        await button('Save').click()
        await page.getByText('It is ours: people are not asked').waitFor()
        const changed = { ...wiki, is_first_party: true, client_uri: 'https://wiki.example.org/home' }
        expect((await world.get(`/v1/clients/${id}`)).body).toMatchObject(changed)
      })

      it('show a service account, whose key is shown once and can be revoked', async () => {
        await open('/applications/service-accounts')
        await button('New service account').click()
        await page.getByLabel('Name', { exact: false }).fill('Backup')
        await button('Create the account').click()
        await button('New key').click()
        await page.getByLabel('Name', { exact: false }).fill('On the backup host')
        await button('Create the key').click()
        const key = await page.locator('.once').innerText()
        await button('I have saved it').click()
        const statusOf = async () => (await world.server.client.get('/v1/me', { token: key })).status
        expect(await statusOf()).toBe(200)
        await button('Revoke').click()
        await button('Revoke the key').click()
        await page.getByText('The key On the backup host is revoked').waitFor()
        expect(await statusOf()).toBe(401)
      })

      async function tokenStatus(id: string, secret: string): Promise<number> {
        const response = await fetch(`${world.server.url}/oauth/token`, {
          method: 'POST',
          headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
        })
        return response.status
      }
    })

    describe('the server', () => {
      it('shows the findings of the API', async () => {
        await open('/server')
        await heading('Findings').waitFor()
        const { data } = (await world.get('/v1/findings')).body as { data: readonly { summary: string }[] }
        for (const { summary } of data) await page.getByText(summary).first().waitFor()
      })

      it('finds a setting, with its value and where it comes from', async () => {
        await open('/server/settings')
        await page.getByRole('searchbox').fill('PROXIMA_ACCESS_TOKEN_TTL_SECONDS')
        const row = page.getByRole('listitem').filter({ hasText: 'PROXIMA_ACCESS_TOKEN_TTL_SECONDS' })
        await row.getByText('Default', { exact: true }).or(row.getByText('From the environment')).waitFor()
        await page.getByRole('searchbox').fill('no such setting')
        await heading('No setting matches').waitFor()
      })

      it('never shows a secret', async () => {
        await open('/server/settings?q=PROXIMA_SECRET')
        await page.getByText('(hidden)').first().waitFor()
      })
    })

    describe('the second factors of a person', () => {
      it('are listed, and removed with a reason', async () => {
        const { token, user } = await world.server.client.signUp('imara', password)
        await addTotp(world.server.client, token, world.server.clock)
        await open(`/people/${user.id}/factors`)
        await page.getByText('Authenticator app, added').waitFor()
        await page.getByText('Recovery codes left: 10').waitFor()
        await button('Reset').click()
        await page.getByLabel('Reason').fill('Ticket 4712')
        await button('Remove all second factors').click()
        await heading('No second factor').waitFor()
        const { data } = (await world.get(`/v1/audit-events?action=factor_reset`)).body
        expect(data[0]).toMatchObject({ account_id: user.id, actor_id: world.idOf('fatima') })
      })
    })

    it('shows an event by its link, however many came after it', async () => {
      const id = String((await world.lastEvent('baraka'))['id'])
      await open(`/events?outcome=limited&event=${id}`)
      await heading('No events match').waitFor()
      await page.getByRole('complementary').getByText(id).waitFor()
    })

    it('says how many people match', async () => {
      await open('/people?q=guest-1')
      await page.getByText('Page 1, 10 of 10 people').waitFor()
    })

    it('shows nothing of this to an administrator who may not see it', async () => {
      const narrow = await openConsole(world.browser, world.server, 'salma')
      for (const view of ['/messages', '/applications', '/server']) {
        await narrow.open(view)
        await narrow.page.getByRole('heading', { name: 'There is no page here' }).waitFor()
      }
      await narrow.context.close()
    })

    it.each(['/overview', '/messages', '/applications', '/server', '/server/settings'])(
      'is accessible in light and dark, on a phone and on a screen (%s)',
      async (view) => {
        await open(view)
        for (const [width, colorScheme] of [
          [390, 'light'],
          [390, 'dark'],
          [1280, 'light'],
          [1280, 'dark'],
        ] as const) {
          await page.setViewportSize({ width, height: 900 })
          // Colours change at once, so that none is measured between two.
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          await page.getByRole('heading', { level: 1 }).waitFor()
          await page.waitForLoadState('networkidle')
          expect(await accessibilityProblems(page), `${width} ${colorScheme}`).toEqual([])
          expect(await overflow(page), `${width} ${colorScheme}`).toBeLessThanOrEqual(0)
        }
      },
    )

    it('leads support to the pages of an account, as its owner sees them, with a reason', async () => {
      await page.setViewportSize({ width: 1280, height: 900 })
      await open(`/people/${world.idOf('chausiku')}`)
      await button('View as').click()
      await page.getByLabel('Reason').fill('Ticket 4711')
      await button('See the account').click()
      await page.waitForURL('**/account')
      expect(await world.lastEvent('chausiku')).toMatchObject({
        action: 'impersonation_start',
        actor_id: world.idOf('fatima'),
      })
    })

    it('A122: breaks no content security policy, and no Trusted Types', () => {
      expect(world.admin.faults).toEqual([])
    })
  },
)
