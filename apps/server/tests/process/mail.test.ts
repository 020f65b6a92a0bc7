/** @module-tag long */

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engines, sqlite, type TestDatabase } from '../support/engines.ts'
import {
  headerOf,
  type MailServer,
  type MailServerOptions,
  partOf,
  startMailServer,
} from '../support/mail-server.ts'
import { password } from '../support/password.ts'
import {
  endLeftovers,
  freshFolder,
  proxima,
  type Settings,
  startProxima,
  waitFor,
} from '../support/process.ts'
import { openDatabase } from '../support/test-database.ts'

const patient = { timeout: 30_000, interval: 50 }

let folder: Awaited<ReturnType<typeof freshFolder>>
let mailServers: MailServer[]
beforeEach(async () => {
  folder = await freshFolder()
  mailServers = []
})
afterEach(async () => {
  await endLeftovers()
  for (const each of mailServers) await each.close()
  await folder.remove()
})

async function mailServer(options: MailServerOptions = {}): Promise<MailServer> {
  const server = await startMailServer(options)
  mailServers.push(server)
  return server
}

function settingsFor({ url }: MailServer, database: TestDatabase): Settings {
  return {
    PROXIMA_DATABASE_URL: database.url,
    PROXIMA_DATA_DIR: folder.path,
    PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    PROXIMA_PRIVACY: 'strict',
    PROXIMA_LIMITS: 'off',
    PROXIMA_MAIL_URL: url,
  }
}

/** As if the waits and leases were over: what only time would change. */
async function makeDue(database: TestDatabase): Promise<void> {
  const db = openDatabase(database.url)
  await db.updateTable('messages').set({ due_at: 0 }).where('due_at', 'is not', null).execute()
  await db.destroy()
}

async function messagesOf(
  settings: Settings,
): Promise<{ state: string; attempts: number; error: string | null }[]> {
  const { stdout } = await proxima(['messages', '--json'], { settings })
  return JSON.parse(stdout) as { state: string; attempts: number; error: string | null }[]
}

it('sends mail at once, and after an outage as soon as the mail server is back', async () => {
  const database = await sqlite.createDatabase()
  const down = await mailServer()
  await down.close()
  const settings = settingsFor(down, database)
  const { client, process } = await startProxima(settings)
  expect((await client.register({ email: 'Amina@example.com', password })).status).toBe(202)
  await process.printed(/"message not sent: another attempt follows"/)
  expect(await messagesOf(settings)).toMatchObject([{ state: 'waiting', attempts: 1, error: 'smtp ESOCKET' }])

  const up = await mailServer({ port: down.port })
  await makeDue(database)
  expect((await client.register({ email: 'baraka@example.com', password })).status).toBe(202)
  await expect.poll(() => up.received.length, patient).toBe(2)
  const recipients = up.received.flatMap((mail) => mail.recipients)
  expect(recipients.toSorted()).toEqual(['Amina@example.com', 'baraka@example.com'])
  for (const mail of up.received) {
    expect(headerOf(mail, 'from')).toBe('Proxima <no-reply@accounts.example.org>')
    expect(partOf(mail, 'text/plain')).toContain('https://accounts.example.org')
  }
  await process.printed(/"message sent".*\n[^\n]*"message sent"/s)
  expect(await messagesOf(settings)).toMatchObject([{ state: 'sent' }, { state: 'sent', attempts: 2 }])
  expect(JSON.stringify(process.log)).not.toMatch(/amina|baraka/i)
  await database.drop()
})

it.each(engines)('kill -9 during the delivery of a message loses none, on $name', async (engine) => {
  const database = await engine.createDatabase()
  let isHanging = true
  const started: (string | null)[] = []
  const mail = await mailServer({
    onMail: async (each) => {
      started.push(headerOf(each, 'message-id'))
      // Never acknowledged: the mail server has the message, and the sender does not know it.
      if (isHanging) await new Promise(() => undefined)
    },
  })
  const settings = settingsFor(mail, database)
  const first = await startProxima(settings)
  expect((await first.client.register({ email: 'amina@example.com', password })).status).toBe(202)
  await waitFor('the message to be on its way', async () => (started.length > 0 ? true : null))
  await first.process.stop('SIGKILL')

  isHanging = false
  await makeDue(database)
  await startProxima(settings)
  await expect.poll(() => mail.received.length, patient).toBe(1)
  expect(mail.received[0]?.recipients).toEqual(['amina@example.com'])
  // The id is the same twice, so a recipient of both can recognise it.
  expect(started[0]).toMatch(/^<[0-9a-f-]{36}@accounts\.example\.org>$/)
  expect(new Set(started).size).toBe(1)
  await endLeftovers()
  await database.drop()
})

describe('stopping', () => {
  it('waits for a delivery in progress, but not for a mail server that never answers', async () => {
    const database = await sqlite.createDatabase()
    let hasBegun = false
    const mail = await mailServer({
      onMail: () => {
        hasBegun = true
        return new Promise(() => undefined)
      },
    })
    const settings = settingsFor(mail, database)
    const { client, process } = await startProxima(settings)
    await client.register({ email: 'amina@example.com', password })
    await waitFor('the message to be on its way', async () => (hasBegun ? true : null))
    const { exitCode, stdout } = await process.stop()
    expect(exitCode).toBe(0)
    expect(stdout).toContain('"msg":"stopped"')
    expect(await messagesOf(settings)).toMatchObject([{ state: 'waiting', error: 'smtp EABORT' }])
    await database.drop()
  })
})

it('an operator can send a test message, and learns why it is not accepted', async () => {
  const database = await sqlite.createDatabase()
  const mail = await mailServer()
  const settings = settingsFor(mail, database)
  await proxima(['migrate', 'up'], { settings })
  const sendTest = (...args: string[]) => proxima(['messages', 'send-test', ...args], { settings })
  expect(await sendTest('Amina@example.com', '--locale', 'sw', '--json')).toMatchObject({ exitCode: 0 })
  expect(mail.received.map((each) => [each.recipients, headerOf(each, 'subject')])).toEqual([
    [['Amina@example.com'], 'Ujumbe wa majaribio kutoka Proxima'],
  ])
  expect(await messagesOf(settings)).toEqual([])
  expect(await sendTest('+254712345678')).toMatchObject({
    exitCode: 1,
    stderr: expect.stringContaining('PROXIMA_SMS_URL is not set'),
  })
  expect(await sendTest('amina@')).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('address') })
  await mail.close()
  mailServers = []
  const failed = await sendTest('Amina@example.com', '--json')
  expect(failed.exitCode).toBe(1)
  expect(JSON.parse(failed.stderr)).toMatchObject({ code: 'message_not_accepted' })
  expect(failed.stderr).not.toMatch(/amina/i)
  await database.drop()
})

it('production does not start with strict privacy and no mail, and gives the reason', async () => {
  const settings = {
    PROXIMA_ENV: 'production',
    PROXIMA_DATA_DIR: folder.path,
    PROXIMA_SECRET: 'q7Zt0vJm2xLr9Kc4Wn8Bs6Yd1Hf3Pg5T',
    PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    PROXIMA_PRIVACY: 'strict',
  }
  const { exitCode, stderr } = await proxima(['start', '--json'], { settings })
  expect(exitCode).toBe(2)
  expect(stderr).toContain('PROXIMA_MAIL_URL must be set in production if PROXIMA_PRIVACY is strict')
})
