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
import { password } from '../support/password.ts'

const note = browserNote + consoleNote

describe.skipIf(!hasBrowser || !hasConsole)(`the console in Chromium${note}`, { tags: ['long'] }, () => {
  let world: ConsoleWorld
  let page: Page
  beforeAll(async () => {
    world = await startConsoleWorld()
    page = world.admin.page
  })
  afterAll(async () => await world?.close())

  const idOf = (username: string) => world.idOf(username)
  const open = async (path: string) => await world.admin.open(path)
  const toast = (text: string | RegExp) => page.getByText(text).last()
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })

  describe('the list of people', () => {
    it('finds people as one types, and keeps the search in the address', async () => {
      await open('/people')
      await page.getByRole('searchbox').fill('bara')
      await page.getByRole('link', { name: 'The baraka' }).waitFor()
      await page.getByRole('link', { name: 'The amina' }).waitFor({ state: 'detached' })
      expect(new URL(page.url()).searchParams.get('q')).toBe('bara')
      await page.reload()
      await page.getByRole('link', { name: 'The baraka' }).waitFor()
    })

    it('says what to do if no one matches', async () => {
      await open('/people?q=nobody@&status=suspended')
      await page.getByRole('heading', { name: 'No one matches “nobody@”' }).waitFor()
      await page.getByText('Among people who are suspended.').waitFor()
      await button('Clear').click()
      await page.getByRole('link', { name: 'The guest-21' }).waitFor()
    })

    it('turns pages, there and back', async () => {
      await open('/people?q=guest')
      await page.getByRole('link', { name: 'The guest-21' }).waitFor()
      await button('Older').click()
      await page.getByRole('link', { name: 'The guest-00' }).waitFor()
      await button('Newer').click()
      await page.getByRole('link', { name: 'The guest-21' }).waitFor()
    })

    it('suspends the people who are chosen, and takes it back', async () => {
      await open('/people?q=guest-0')
      for (const name of ['The guest-05', 'The guest-06']) await page.getByLabel(`Choose ${name}`).check()
      await page.getByText('2 chosen').waitFor()
      await button('Suspend').click()
      await toast('2 people were suspended').waitFor()
      expect((await world.get(`/v1/users/${idOf('guest-05')}`)).body.status).toBe('suspended')
      expect(await world.lastEvent('guest-06')).toMatchObject({
        action: 'suspension',
        actor_id: idOf('fatima'),
      })
      await button('Undo').click()
      await toast('2 people were restored').waitFor()
      expect((await world.get(`/v1/users/${idOf('guest-05')}`)).body.status).toBe('active')
      expect(await world.lastEvent('guest-06')).toMatchObject({ action: 'activation', outcome: 'success' })
    })

    it('suspends everyone who matches, also on other pages, after a question', async () => {
      await open('/people?q=guest-1')
      await page.getByLabel('Choose all on this page').check()
      await button('Choose all that match').click()
      await button('Suspend').click()
      await page.getByLabel(/Reason/).fill('Ticket 4711')
      await button('Suspend them').click()
      await toast('10 people were suspended').waitFor()
      const { data } = (await world.get('/v1/users?q=guest-1&status=suspended')).body
      expect(data).toHaveLength(10)
      expect(data[0].suspension.reason).toBe('Ticket 4711')
    })

    it('creates an account, and shows its secret once', async () => {
      await open('/people')
      await button('Create').click()
      await page.getByLabel(/Username/).fill('habiba')
      await button('Create').last().click()
      const secret = await page.locator('.once').innerText()
      const login = await world.server.client.post('/v1/auth/token', { user_secret: secret })
      expect(login.body.user.username).toBe('habiba')
    })

    it('invites a person, and keeps what was typed if the server refuses it', async () => {
      await open('/people')
      await button('Invite').click()
      await page.getByLabel(/Name/).fill('Imani')
      await page.getByLabel(/Email/).fill('imani@localhost')
      await button('Send the invitation').click()
      await page.locator('[aria-invalid]').waitFor()
      expect(await page.getByLabel(/Name/).inputValue()).toBe('Imani')
      await page.getByLabel(/Email/).fill('imani@example.com')
      await button('Send the invitation').click()
      await page.getByRole('heading', { name: 'Imani' }).waitFor()
      const [{ id }] = (await world.get('/v1/users?q=imani')).body.data
      const { data } = (await world.get(`/v1/audit-events?account_id=${id}`)).body
      expect(data).toContainEqual(expect.objectContaining({ action: 'invitation' }))
    })
  })

  describe('the page of a person', () => {
    it('suspends, and takes it back', async () => {
      await open(`/people/${idOf('amina')}`)
      await button('Suspend').click()
      await toast('The amina is suspended').waitFor()
      await page.getByText(/^Suspended since/).waitFor()
      expect(await world.lastEvent('amina')).toMatchObject({ action: 'suspension', actor_id: idOf('fatima') })
      await button('Undo').click()
      await toast('The amina can sign in again').waitFor()
      expect((await world.get(`/v1/users/${idOf('amina')}`)).body.status).toBe('active')
    })

    it('starts a recovery', async () => {
      await open(`/people/${idOf('baraka')}`)
      await button('Start recovery').click()
      await toast('A recovery code is on its way by email').waitFor()
      expect(await world.lastEvent('baraka')).toMatchObject({ action: 'recovery_request' })
    })

    it('ends a session, and all of them', async () => {
      for (const _ of [1, 2, 3]) await world.server.client.login({ identifier: 'salma', password })
      await open(`/people/${idOf('salma')}/sessions`)
      await button('End').first().click()
      await toast('The session has ended').waitFor()
      expect(await world.lastEvent('salma')).toMatchObject({
        action: 'session_end',
        actor_id: idOf('fatima'),
      })
      await button('End sessions').click()
      await page.getByRole('heading', { name: 'Signed in nowhere' }).waitFor()
      expect((await world.get(`/v1/users/${idOf('salma')}/sessions`)).body.data).toEqual([])
    })

    it('gives and takes roles, and takes it back', async () => {
      await open(`/people/${idOf('chausiku')}/roles`)
      await page.getByLabel('support', { exact: true }).click()
      await toast('The chausiku has the role support').waitFor()
      expect((await world.get(`/v1/users/${idOf('chausiku')}`)).body.roles).toEqual(['support', 'user'])
      await button('Undo').click()
      await toast('The roles are as before').waitFor()
      expect((await world.get(`/v1/users/${idOf('chausiku')}`)).body.roles).toEqual(['user'])
      expect(await world.lastEvent('chausiku')).toMatchObject({ action: 'role_assignment' })
    })

    it('changes what it knows about the person, and only that', async () => {
      await open(`/people/${idOf('daudi')}`)
      await button('Change').click()
      await page.getByLabel('Family names').fill('Omondi')
      await button('Save changes').click()
      await toast('Saved').waitFor()
      expect(await world.lastEvent('daudi')).toHaveProperty('changes.after', { family_name: 'Omondi' })
    })

    it('deletes only after the name was typed, shows the receipt, and restores', async () => {
      await open(`/people/${idOf('esther')}`)
      await button('Delete this account').click()
      await page.getByLabel('Type esther to confirm').fill('esthe')
      await button('Delete the account').click()
      expect((await world.get(`/v1/users/${idOf('esther')}`)).body.status).toBe('active')
      await page.getByLabel('Type esther to confirm').fill('esther')
      await button('Delete the account').click()
      const receipt = await page.locator('.once').innerText()
      expect((await world.server.client.get(`/v1/auth/deletions/${receipt}`)).body.status).toBe('pending')
      await button('I have saved it').click()
      await button('Restore the account').click()
      await toast('The esther has the account back').waitFor()
      expect(await world.lastEvent('esther')).toMatchObject({
        action: 'restoration',
        actor_id: idOf('fatima'),
      })
    })
  })

  it('asks for the password before a dangerous act, if the sign-in is not recent', async () => {
    await open(`/people/${idOf('farida')}`)
    world.server.clock.advance(3_600)
    await world.signInAgain()
    await button('Suspend').click()
    await page.getByRole('heading', { name: 'Confirm it is you' }).waitFor()
    expect((await world.get(`/v1/users/${idOf('farida')}`)).body.status).toBe('active')
    await page.getByLabel('Password').fill('not the password')
    await button('Confirm').click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password').fill(password)
    await button('Confirm').click()
    await toast('The farida is suspended').waitFor()
    await world.signInAgain()
    expect(await world.lastEvent('farida')).toMatchObject({ action: 'suspension', outcome: 'success' })
  })

  it('keeps what was typed if the session ends elsewhere', async () => {
    await open('/people')
    await button('Create').click()
    await page.getByLabel(/Username/).fill('jabali')
    await world.endSessions('fatima')
    await button('Create').last().click()
    await page.getByRole('heading', { name: 'You were signed out in another window' }).waitFor()
    await page.getByLabel('Password').fill(password)
    await button('Sign in').click()
    await page
      .getByRole('heading', { name: 'You were signed out in another window' })
      .waitFor({ state: 'detached' })
    expect(await page.getByLabel(/Username/).inputValue()).toBe('jabali')
    await world.signInAgain()
  })

  it('can be used by keyboard alone', async () => {
    await open('/people')
    await page.getByRole('link', { name: 'The ghalib' }).or(page.getByText('Page 1')).first().waitFor()
    await page.keyboard.press('Control+k')
    await page.getByLabel('Find a person, event or page').waitFor()
    await page.keyboard.type('ghalib')
    await page.getByRole('option', { name: /The ghalib/ }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'The ghalib' }).waitFor()
    await tabTo(page, 'Suspend')
    await page.keyboard.press('Enter')
    await toast('The ghalib is suspended').waitFor()
    expect(await world.lastEvent('ghalib')).toMatchObject({ action: 'suspension', outcome: 'success' })
  })

  it('shows an administrator with a narrow role no more than they may see', async () => {
    const narrow = await openConsole(world.browser, world.server, 'salma')
    const navigation = narrow.page.getByRole('navigation', { name: 'Console' })
    await navigation.getByRole('link', { name: 'People' }).waitFor()
    expect(await navigation.getByRole('listitem').allInnerTexts()).toEqual(['People'])
    await narrow.open(`/people/${idOf('amina')}`)
    await narrow.page.getByRole('heading', { name: 'The amina' }).waitFor()
    const buttons = await narrow.page.getByRole('main').getByRole('button').allInnerTexts()
    expect(buttons).toEqual([])
    expect(await narrow.page.getByRole('navigation', { name: 'Person' }).innerText()).not.toContain('Events')
    await narrow.open('/events')
    await narrow.page.getByRole('heading', { name: 'There is no page here' }).waitFor()
    expect(narrow.faults).toEqual([])
    await narrow.context.close()
  })

  const views = [
    '/people',
    '/people?q=nobody@',
    '/people/amina',
    '/people/amina/sessions',
    '/people/amina/roles',
  ]

  it.each(views)('is accessible in light and dark, on a phone and on a screen (%s)', async (view) => {
    await open(view.replace('amina', idOf('amina')))
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
  })

  it('A122: breaks no content security policy, and no Trusted Types', () => {
    expect(world.admin.faults).toEqual([])
  })
})

/** Presses Tab until a button has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press('Tab')
    const focused = await page
      .locator(':focus')
      .innerText({ timeout: 1_000 })
      .catch(() => '')
    if (focused.trim() === name) return
  }
  throw new Error(`no key leads to ${name}`)
}
