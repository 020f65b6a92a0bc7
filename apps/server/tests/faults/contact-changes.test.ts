import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AccountId } from '../../src/platform/kernel/ids.ts'
import { engines } from '../support/engines.ts'
import type { FaultKind } from '../support/failing-database.ts'
import { type FailingServer, fromAnywhere, startFailingServer } from '../support/fault-sweep.ts'
import { incompleteRows } from '../support/incomplete-rows.ts'
import { codeSentTo } from '../support/sent-codes.ts'
import { TestClient } from '../support/test-client.ts'
import { undoTokenSentTo } from '../support/undo.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'

describe.each(engines)('changing a contact on $name while its statements fail', (engine) => {
  let server: FailingServer
  beforeAll(async () => {
    server = await startFailingServer(engine, {
      env: { PROXIMA_MAIL_PER_HOUR: '100000' },
      // An undo ends sessions, whose sign-in stays in the audit trail.
      complaintsAbout: async (db) =>
        (await incompleteRows(db)).filter((line) => !/^session \S+ is in the audit trail alone$/.test(line)),
    })
  })
  afterAll(async () => await server?.close())

  // SQLite has one writer at a time, so none that another could undo.
  const kinds: readonly FaultKind[] =
    engine.name === 'SQLite' ? ['unsent', 'unanswered'] : ['unsent', 'unanswered', 'conflict']

  interface Owner {
    readonly id: AccountId
    readonly token: string
    readonly before: string
    readonly after: string
  }

  async function newOwner(username: string): Promise<Owner> {
    const [before, after] = [`${username}@example.com`, `${username}@new.example`]
    const post = (path: string, body: object) => server.client.post(path, body, { headers: fromAnywhere() })
    const registered = await post('/v1/auth/register', { username, email: before })
    const { id, user_secret } = registered.body as { id: AccountId; user_secret: string }
    await verifyAddresses(server.db)
    const login = await post('/v1/auth/token', { user_secret })
    return { id, token: String(login.body.access_token), before, after }
  }

  const request = ({ token, after }: Owner) =>
    server.client.put('/v1/me/email', { email: after }, { token, headers: fromAnywhere() })
  const confirm = ({ token }: Owner, code: string) =>
    server.client.post('/v1/me/email/confirm', { code }, { token, headers: fromAnywhere() })
  // A page is not part of the API.
  const undo = (token: string) =>
    new TestClient(server.url).send('POST', '/undo', `token=${token}`, {
      headers: { ...fromAnywhere(), 'content-type': 'application/x-www-form-urlencoded' },
    })

  async function stored(id: AccountId) {
    const of = (table: 'sessions' | 'codes' | 'contact_changes' | 'messages') =>
      server.db.selectFrom(table).selectAll().where('account_id', '=', id).execute()
    const messages = (await of('messages')) as unknown as { template: string }[]
    const former = await server.db
      .selectFrom('former_contacts')
      .selectAll()
      .where('account_id', '=', id)
      .execute()
    const { email } = await server.db
      .selectFrom('accounts')
      .select('email')
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
    return {
      email,
      sessions: (await of('sessions')).length,
      codes: (await of('codes')).length,
      changes: (await of('contact_changes')).length,
      links: former.map(({ changed_link_digest }) => (changed_link_digest === null ? 1 : 2)),
      count: (template: string) => messages.filter((each) => each.template === template).length,
    }
  }

  it.each(kinds)(
    'A55: asks, keeps the former contact and notifies, or does none of it (%s)',
    {
      tags: 'long',
    },
    async (kind) => {
      const sent = await server.sweep(kind, async (username) => {
        const owner = await newOwner(username)
        return {
          call: () => request(owner),
          success: 202,
          examine: async ({ status }) => {
            const { changes, codes, links, count } = await stored(owner.id)
            if (status === 202) expect(changes).toBe(1)
            const notices = [count('contact_change'), count('contact_change_requested')]
            expect([codes, links, ...notices]).toEqual(changes === 1 ? [1, [1], 1, 1] : [0, [], 0, 0])
            expect((await request(owner)).status).toBe(202)
          },
        }
      })
      expect(sent).toContain('commit')
    },
  )

  it.each(kinds)(
    'A55: changes the contact, uses up the code and notifies, or does none of it (%s)',
    {
      tags: 'long',
    },
    async (kind) => {
      const sent = await server.sweep(kind, async (username) => {
        const owner = await newOwner(username)
        await request(owner)
        const code = await codeSentTo(server.client, owner.after)
        return {
          call: () => confirm(owner, code),
          success: 200,
          examine: async ({ status }) => {
            const { email, changes, codes, links, count } = await stored(owner.id)
            const isDone = email === owner.after
            if (status === 200) expect(isDone).toBe(true)
            const found = [codes, changes, links, count('contact_changed')]
            expect(found).toEqual(isDone ? [0, 0, [2], 1] : [1, 1, [1], 0])
            expect((await confirm(owner, code)).status).toBe(isDone ? 422 : 200)
          },
        }
      })
      expect(sent).toContain('commit')
    },
  )

  it.each(kinds)(
    'A55: undoes the change, ends everything and notifies, or does none of it (%s)',
    {
      tags: 'long',
    },
    async (kind) => {
      const sent = await server.sweep(kind, async (username) => {
        const owner = await newOwner(username)
        await request(owner)
        await confirm(owner, await codeSentTo(server.client, owner.after))
        const token = await undoTokenSentTo(server.client, owner.before)
        return {
          call: () => undo(token),
          success: 200,
          examine: async ({ status }) => {
            const { email, sessions, codes, links, count } = await stored(owner.id)
            const isDone = email === owner.before
            if (status === 200) expect(isDone).toBe(true)
            // The code is the token with which the owner sets a new password.
            const found = [sessions, codes, links, count('contact_change_undone')]
            expect(found).toEqual(isDone ? [0, 1, [], 2] : [1, 0, [2], 0])
            expect((await undo(token)).status).toBe(isDone ? 422 : 200)
          },
        }
      })
      expect(sent).toContain('commit')
    },
  )
})
