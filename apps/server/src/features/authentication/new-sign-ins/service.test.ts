import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { PageVisitor } from '../../../../tests/support/page-visitor.ts'
import {
  emailOf,
  newPassword,
  oldPassword,
  phoneOf,
  type RecoveryServer,
  startRecoveryServer,
} from '../../../../tests/support/recovery.ts'
import { linkTokenSentTo, messagesTo } from '../../../../tests/support/sent-codes.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import type { Account } from '../../../platform/kernel/account.ts'
import type { SessionId } from '../../../platform/kernel/ids.ts'
import { noRequest, type RequestContext } from '../../../platform/kernel/request-context.ts'
import { noticesPerDayMax, placeDays } from './model.ts'
import { PlacesRepository } from './repository.ts'
import { NewSignIns } from './service.ts'

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0'
const newerFirefox = firefox.replaceAll('140.0', '141.0')
const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

describe.each(engines)('a notice of a sign-in on $name', (engine) => {
  let server: RecoveryServer
  let services: OwnServices
  let newSignIns: NewSignIns
  beforeAll(async () => {
    server = await startRecoveryServer(engine)
    services = openServices(server)
    const { clock, db } = server
    newSignIns = new NewSignIns({ ...services, clock, db, places: new PlacesRepository(), isOn: true })
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  async function newOwner(verified: readonly ('email' | 'phone_number')[] = ['email']) {
    const [email, phone_number] = [emailOf('zuri'), phoneOf()]
    const { id } = await server.register({ email, phone_number }, verified)
    const account = await services.accounts.get(server.db, id)
    const { body } = await server.login(email, oldPassword)
    const signIn = async (userAgent: string, ipAddress: string) => {
      const context: RequestContext = { ...noRequest, ipAddress, userAgent }
      newSignIns.note(account, String(body.session_id) as SessionId, context)
      await newSignIns.flush()
    }
    const notices = async (address = email) =>
      (await messagesTo(server.client, address)).filter(({ template }) => template === 'new_sign_in').length
    return { account, email, id, notices, phone: phone_number, signIn, token: String(body.access_token) }
  }

  it('comes with the first sign-in from another device or network, and once', async () => {
    const { notices, phone, signIn } = await newOwner(['email', 'phone_number'])
    await signIn(firefox, '192.0.2.1')
    expect(await notices()).toBe(0)
    await signIn(newerFirefox, '192.0.77.9')
    expect(await notices()).toBe(0)
    await signIn(chrome, '192.0.2.1')
    expect(await notices()).toBe(1)
    await signIn(chrome, '192.0.2.1')
    await signIn(firefox, '2001:db8::1')
    expect(await notices()).toBe(2)
    await signIn(chrome, '2001:db8:1::2')
    expect(await notices()).toBe(2)
    expect(await notices(phone)).toBe(0)
  })

  it('is not sent to an address that no one has confirmed', async () => {
    const { notices, signIn } = await newOwner([])
    await signIn(firefox, '192.0.2.1')
    await signIn(chrome, '198.18.0.1')
    expect(await notices()).toBe(0)
  })

  it('A88: is sent at most three times a day', async () => {
    const { notices, signIn } = await newOwner()
    for (let network = 1; network < 10; network++) await signIn(firefox, `10.${network}.0.1`)
    expect(await notices()).toBe(noticesPerDayMax)
    server.clock.advance(86_401)
    await signIn(firefox, '10.77.0.1')
    expect(await notices()).toBe(noticesPerDayMax + 1)
  })

  it('comes again when a device was not seen for half a year', async () => {
    const { notices, signIn } = await newOwner()
    await signIn(firefox, '192.0.2.1')
    await signIn(chrome, '192.0.2.1')
    server.clock.advance(placeDays * 86_400 - 60)
    await signIn(firefox, '192.0.2.1')
    server.clock.advance(61)
    while ((await newSignIns.purge(1_000)) > 0);
    await signIn(chrome, '192.0.2.1')
    expect(await notices()).toBe(2)
  })

  it('I13: remembers at most fifty places of an account', async () => {
    const { id, signIn } = await newOwner()
    for (let network = 0; network < 70; network++) {
      server.clock.advance(1)
      await signIn(firefox, `10.${network}.0.1`)
    }
    const rows = await server.db
      .selectFrom('sign_in_places')
      .select('digest')
      .where('account_id', '=', id)
      .execute()
    expect(rows.length).toBeLessThanOrEqual(50)
  })

  it('A85: stores neither the device nor the network, and nothing for a program', async () => {
    const { account, id, signIn } = await newOwner()
    await signIn(firefox, '192.0.2.1')
    newSignIns.note({ ...account, kind: 'service' } satisfies Account, account.id as never, {
      ...noRequest,
      ipAddress: '192.0.2.1',
    })
    await newSignIns.flush()
    const rows = await server.db
      .selectFrom('sign_in_places')
      .selectAll()
      .where('account_id', '=', id)
      .execute()
    expect(rows).toHaveLength(2)
    for (const { digest } of rows) expect(digest).toMatch(/^[\w-]{43}$/)
  })

  it('A90: has a link that ends every session, and leads to a new password, with one click', async () => {
    const { email, signIn, token } = await newOwner()
    await signIn(firefox, '192.0.2.1')
    await signIn(chrome, '192.0.2.1')
    const link = await linkTokenSentTo(server.client, email)
    const visitor = new PageVisitor(server)
    for (let look = 0; look < 3; look++) {
      const page = await visitor.open(`/not-me?token=${link}&utm_source=mail`)
      expect([page.status, page.headers.get('referrer-policy')]).toEqual([200, 'no-referrer'])
    }
    expect((await server.client.me(token)).status).toBe(200)
    const done = await visitor.send('/not-me', { token: link })
    const page = await done.text()
    expect(done.status).toBe(200)
    expect(page).toContain('Everyone is signed out.')
    expect((await server.client.me(token)).status).toBe(401)
    expect((await server.login(email, oldPassword)).status).toBe(401)
    expect((await visitor.send('/not-me', { token: link })).status).toBe(422)
    const [, recovery = ''] = /name="recovery_token" value="([^"]*)"/.exec(page) ?? []
    const chosen = await visitor.send('/recover', { recovery_token: recovery, new_password: newPassword })
    expect(chosen.status).toBe(200)
    expect((await server.login(email, newPassword)).status).toBe(200)
  })

  it('I2: has a link that does nothing after a new password, for a suspended account, or after a week', async () => {
    const [one, two, three] = [await newOwner(), await newOwner(), await newOwner()]
    const links: string[] = []
    for (const { email, signIn } of [one, two, three]) {
      await signIn(firefox, '192.0.2.1')
      await signIn(chrome, '192.0.2.1')
      links.push(await linkTokenSentTo(server.client, email))
    }
    await server.reset(await server.tokenFor(one.email), newPassword)
    await services.administration.suspend(two.id)
    const visitor = new PageVisitor(server)
    for (const token of links.slice(0, 2)) expect((await visitor.send('/not-me', { token })).status).toBe(422)
    server.clock.advance(7 * 86_400)
    expect((await visitor.send('/not-me', { token: links[2] ?? '' })).status).toBe(422)
  })

  it('forgets where the thief is, so that they are noticed again', async () => {
    const { account, email, notices, signIn } = await newOwner()
    await signIn(firefox, '192.0.2.1')
    await signIn(chrome, '198.18.0.1')
    const used = { ipAddress: '198.18.0.1', userAgent: chrome }
    await server.db
      .updateTable('sessions')
      .set({ ip_address: used.ipAddress, user_agent: used.userAgent })
      .where('account_id', '=', account.id)
      .execute()
    await services.signInReports.report(await linkTokenSentTo(server.client, email), noRequest)
    await signIn(chrome, '198.18.0.1')
    expect(await notices()).toBe(2)
  })
})
