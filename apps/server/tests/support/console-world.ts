import type { Browser } from 'playwright-core'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { launchBrowser } from './browser.ts'
import { type ConsoleWindow, openConsole } from './console-page.ts'
import { sqlite } from './engines.ts'
import { password } from './password.ts'
import { signUpAdministrator } from './roles.ts'
import type { Answer } from './test-client.ts'
import { startTestServer, type TestServer } from './test-server.ts'

/** A server with people, an administrator called fatima, and her window of the console. */
export interface ConsoleWorld {
  readonly server: TestServer
  readonly browser: Browser
  readonly admin: ConsoleWindow
  idOf(username: string): AccountId
  /** What the API answers to fatima, outside of the browser. */
  get(path: string): Promise<Answer>
  /** The last event about an account. */
  lastEvent(username: string): Promise<Readonly<Record<string, unknown>>>
  endSessions(username: string): Promise<void>
  /** After the clock was advanced, or her sessions have ended. The browser does not notice. */
  signInAgain(): Promise<void>
  close(): Promise<void>
}

const people = ['amina', 'baraka', 'chausiku', 'daudi', 'esther', 'farida', 'ghalib']
const guests = Array.from({ length: 22 }, (_, number) => `guest-${String(number).padStart(2, '0')}`)

export async function startConsoleWorld(): Promise<ConsoleWorld> {
  const server = await startTestServer(sqlite)
  const { client } = server
  const administrator = await signUpAdministrator(server, 'fatima', password)
  let { token } = administrator
  const ids = new Map([['fatima', administrator.id]])
  const idOf = (username: string) => ids.get(username) ?? ('' as AccountId)
  const get = async (path: string) => await client.get(path, { token })
  const role = { name: 'support', description: 'Looks people up', permissions: ['users:read'] }
  await client.post('/v1/roles', role, { token })
  for (const username of [...people, ...guests]) {
    const body = { username, email: `${username}@example.com`, full_name: `The ${username}` }
    ids.set(username, (await client.post('/v1/users', body, { token })).body.id as AccountId)
  }
  const { user } = await client.signUp('salma', password)
  ids.set('salma', user.id)
  await client.put(`/v1/users/${user.id}/roles`, { roles: ['support'] }, { token })
  const browser = await launchBrowser()
  return {
    server,
    browser,
    admin: await openConsole(browser, server, 'fatima'),
    idOf,
    get,
    lastEvent: async (username) => {
      const { body } = await get(`/v1/audit-events?account_id=${idOf(username)}&limit=1`)
      return body.data[0] as Readonly<Record<string, unknown>>
    },
    endSessions: async (username) =>
      void (await client.send('DELETE', `/v1/users/${idOf(username)}/sessions`, undefined, { token })),
    signInAgain: async () => {
      token = (await client.login({ identifier: 'fatima', password })).body.access_token
    },
    close: async () => {
      await browser.close()
      await server.close()
    },
  }
}
