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
import { type ConsoleWorld, startConsoleWorld } from '../support/console-world.ts'

const note = browserNote + consoleNote
const patient = { timeout: 15_000 }

describe.skipIf(!hasBrowser || !hasConsole)(
  `the other views of the console in Chromium${note}`,
  { tags: ['long'] },
  () => {
    let world: ConsoleWorld
    let page: Page
    beforeAll(async () => {
      world = await startConsoleWorld()
      page = world.admin.page
      for (const _ of [1, 2, 3])
        await world.server.client.login({ identifier: 'amina', password: 'not her password' })
    })
    afterAll(async () => await world?.close())

    const open = async (path: string) => await world.admin.open(path)
    const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })

    describe('the overview', () => {
      it('is the start page, and has the figures of the API', async () => {
        await open('/')
        await page.getByRole('heading', { name: 'Overview' }).waitFor()
        const { current } = (await world.get('/v1/statistics')).body
        const refused = page.getByRole('listitem').filter({ hasText: 'Wrong credentials' })
        await expect.poll(() => refused.locator('b').innerText(), patient).toBe('3')
        expect(current.refused_sign_ins).toBe(3)
        const people = page.getByRole('link', { name: /^People \d/ })
        await expect.poll(() => people.locator('b').innerText(), patient).toBe(String(current.people))
      })

      it('leads from a number to its events', async () => {
        await open('/overview')
        await page.getByRole('link', { name: 'Wrong credentials' }).click()
        await page.getByRole('heading', { name: 'Events' }).waitFor()
        const rows = page.getByRole('row').filter({ hasText: 'The amina' })
        await expect.poll(() => rows.count(), patient).toBe(3)
      })

      it('shows each chart as a table, too', async () => {
        await open('/overview')
        await page.getByText('Show as a table').first().click()
        const table = page.getByRole('table', { name: 'Active people by day' })
        await expect.poll(() => table.getByRole('row').count(), patient).toBe(31)
      })

      it('keeps its range in the address', async () => {
        await open('/overview')
        await button('7 days').click()
        await page.waitForURL(/days=7/)
        await page.reload()
        await page.locator('[aria-current="true"]', { hasText: '7 days' }).waitFor()
      })
    })

    describe('the events', () => {
      it('are filtered, and the address keeps the filter', async () => {
        await open('/events')
        await button('Outcome').click()
        await page.getByRole('menuitemradio', { name: 'Refused' }).click()
        await page.waitForURL(/outcome=failure/)
        await page.getByText('3 shown').waitFor()
        await page.getByRole('button', { name: /^Outcome: Refused/ }).click()
        await page.getByText('30 shown').waitFor()
      })

      it('show what an event changed, and where it is in the chain', async () => {
        await world.signInAgain()
        await open(`/people/${world.idOf('baraka')}/roles`)
        await page.getByLabel('support', { exact: true }).click()
        await page.getByText('The baraka has the role support').waitFor()
        await open(`/events?account_id=${world.idOf('baraka')}&action=role_assignment`)
        await button('Roles changed').click()
        const details = page.getByRole('complementary')
        await details.getByText('["support","user"]').waitFor()
        await details.getByRole('link', { name: /^fatima$/i }).waitFor()
        const event = await world.lastEvent('baraka')
        expect(new URL(page.url()).searchParams.get('event')).toBe(event['id'])
        await page.reload()
        await details.getByText('["support","user"]').waitFor()
      })

      it('follow what happens while one looks', async () => {
        await open(`/events?account_id=${world.idOf('chausiku')}`)
        await button('Live').click()
        await world.server.client.login({ identifier: 'chausiku', password: 'not her password' })
        await button('Sign-in refused').waitFor()
      })
    })

    describe('the roles', () => {
      it('get other permissions, and get the former ones back', async () => {
        await open('/roles/support')
        await page.getByLabel(/audit:read/).click()
        await page.getByText('+ audit:read').waitFor()
        await button('Save for everyone who has it').click()
        await page.getByText('The role support is changed').waitFor()
        expect((await world.get('/v1/roles/support')).body.permissions).toEqual(['audit:read', 'users:read'])
        await button('Undo').click()
        await page.getByText('The role support is as before').waitFor()
        expect((await world.get('/v1/roles/support')).body.permissions).toEqual(['users:read'])
        const { data } = (await world.get('/v1/audit-events?action=role_change')).body
        expect(data).toHaveLength(2)
      })

      it('are made, and deleted only after the name was typed', async () => {
        await open('/roles')
        await button('New role').click()
        await page.getByLabel('Name', { exact: false }).fill('auditor')
        await button('Create the role').click()
        await page.getByRole('heading', { name: 'auditor' }).waitFor()
        await button('Delete').click()
        await page.getByLabel('Type auditor to confirm').fill('audito')
        await button('Delete the role').click()
        await page.getByText('This is not quite it.').waitFor()
        expect((await world.get('/v1/roles/auditor')).body.name).toBe('auditor')
        await page.getByLabel('Type auditor to confirm').fill('auditor')
        await button('Delete the role').click()
        await page.getByText('The role auditor is deleted').waitFor()
        const { data } = (await world.get('/v1/audit-events?action=role_deletion')).body
        expect(data[0]).toMatchObject({ target: 'role:auditor', outcome: 'success' })
      })
    })

    it.each(['/overview', '/events', '/roles/support'])(
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

    it('A122: breaks no content security policy, and no Trusted Types', () => {
      expect(world.admin.faults).toEqual([])
    })
  },
)
