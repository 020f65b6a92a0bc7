import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { engines } from '../support/engines.ts'
import type { FaultKind } from '../support/failing-database.ts'
import { type FailingServer, fromAnywhere, startFailingServer } from '../support/fault-sweep.ts'
import type { Login } from '../support/people.ts'
import type { Answer } from '../support/test-client.ts'

const old = 'correct horse battery staple'
const fresh = 'nine quiet rivers bend slowly'

describe.each(engines)('changing a credential on $name while its statements fail', (engine) => {
  let server: FailingServer
  beforeAll(async () => {
    server = await startFailingServer(engine)
  })
  afterAll(async () => await server?.close())

  // SQLite has one writer at a time, so none that another could undo.
  const kinds: readonly FaultKind[] =
    engine.name === 'SQLite' ? ['unsent', 'unanswered'] : ['unsent', 'unanswered', 'conflict']

  const post = (path: string, body: object) => server.client.post(path, body, { headers: fromAnywhere() })

  async function signUp(username: string, password?: string) {
    const details = { username, email: `${username}@example.com` }
    const registered = await post('/v1/auth/register', { ...details, ...(password && { password }) })
    const { id, user_secret: secret } = registered.body as { id: AccountId; user_secret: string }
    const login =
      password === undefined
        ? await post('/v1/auth/token', { user_secret: secret })
        : await post('/v1/auth/login', { username, password })
    expect(login.status).toBe(200)
    return { id, secret, login: login.body as Login }
  }

  const statusOf = async (answer: Promise<Answer>) => (await answer).status

  /** How often it stands in the audit trail that the account did so, and what its session still has. */
  async function traces(accountId: AccountId, action: string) {
    const events = server.db.selectFrom('audit_events').select('id').where('account_id', '=', accountId)
    const sessions = server.db.selectFrom('sessions').select('refresh_key_sealed')
    const own = await sessions.where('account_id', '=', accountId).execute()
    return {
      events: (await events.where('action', '=', action).where('outcome', '=', 'success').execute()).length,
      canBeRefreshed: own.some((session) => session.refresh_key_sealed !== null),
    }
  }

  async function countOf(template: string): Promise<number> {
    const messages = server.db.selectFrom('messages').select('id').where('template', '=', template)
    return (await messages.execute()).length
  }

  /** The change with its traces, or neither; and what was told to be done is done. */
  async function expectWhole(
    { status }: Answer,
    { success, isChanged, template, before, left }: Whole,
  ): Promise<void> {
    if (status === success) expect(isChanged).toBe(true)
    expect(left).toEqual({ events: isChanged ? 1 : 0, canBeRefreshed: !isChanged })
    expect((await countOf(template)) - before).toBe(isChanged ? 1 : 0)
  }

  interface Whole {
    readonly success: number
    readonly isChanged: boolean
    readonly template: string
    readonly before: number
    readonly left: { readonly events: number; readonly canBeRefreshed: boolean }
  }

  it.each(kinds)(
    'A55: changes the password, ends the sessions and notifies the owner, or does none of it (%s)',
    { tags: 'long' },
    async (kind) => {
      const sent = await server.sweep(kind, async (username) => {
        const { id, login } = await signUp(username, old)
        const template = 'password_changed'
        const before = await countOf(template)
        const change = { current_password: old, new_password: fresh }
        const options = { token: login.access_token, headers: fromAnywhere() }
        return {
          call: () => server.client.put('/v1/me/password', change, options),
          success: 204,
          examine: async (answer) => {
            const left = await traces(id, 'password_change')
            const isChanged = (await statusOf(post('/v1/auth/login', { username, password: fresh }))) === 200
            const isOld = (await statusOf(post('/v1/auth/login', { username, password: old }))) === 200
            expect(isOld).toBe(!isChanged)
            await expectWhole(answer, { success: 204, isChanged, template, before, left })
          },
        }
      })
      for (const statement of ['begin', 'commit']) expect(sent).toContain(statement)
    },
  )

  it.each(kinds)('A55: makes the new secret and ends the old one, or does neither (%s)', async (kind) => {
    await server.sweep(kind, async (username) => {
      const { id, login, secret } = await signUp(username)
      const template = 'secret_renewed'
      const before = await countOf(template)
      const options = { token: login.access_token, headers: fromAnywhere() }
      return {
        call: () => server.client.post('/v1/me/secret', {}, options),
        success: 200,
        examine: async (answer) => {
          const left = await traces(id, 'secret_renewal')
          const isChanged = (await statusOf(post('/v1/auth/token', { user_secret: secret }))) === 401
          await expectWhole(answer, { success: 200, isChanged, template, before, left })
          if (answer.status === 200)
            expect(await statusOf(post('/v1/auth/token', { user_secret: answer.body.user_secret }))).toBe(200)
        },
      }
    })
  })

  it.each(kinds)('sets the new username and holds the old one, or does neither (%s)', async (kind) => {
    await server.sweep(kind, async (username) => {
      const { id, login } = await signUp(username)
      const wanted = `${username}-new`
      const options = { token: login.access_token, headers: fromAnywhere() }
      return {
        call: () => server.client.put('/v1/me/username', { username: wanted }, options),
        success: 200,
        examine: async (answer) => {
          const isChanged = (await server.client.me(login.access_token)).body.username === wanted
          if (answer.status === 200) expect(isChanged).toBe(true)
          expect((await traces(id, 'username_change')).events).toBe(isChanged ? 1 : 0)
          const register = async (name: string) =>
            await statusOf(post('/v1/auth/register', { username: name }))
          expect([await register(username), await register(wanted)]).toEqual([409, isChanged ? 409 : 201])
        },
      }
    })
  })
})
