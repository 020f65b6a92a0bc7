import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import type { FaultKind } from '../support/failing-database.ts'
import { type FailingServer, fromAnywhere, startFailingServer } from '../support/fault-sweep.ts'
import { password } from '../support/password.ts'
import type { Answer } from '../support/test-client.ts'

const everything = (name: string) => ({
  username: name,
  email: `${name}@example.org`,
  phone_number: `+2547${String(20_000_000 + Number(name.replace(/\D+/g, '')))}`,
  full_name: 'Amina Wanjiru',
  address: 'Moi Avenue 1, Nairobi',
  password,
})

describe.each(engines)('registering on $name while its statements fail', (engine) => {
  let server: FailingServer
  beforeAll(async () => {
    server = await startFailingServer(engine)
  })
  afterAll(async () => await server?.close())

  // SQLite has one writer at a time, so none that another could undo.
  const kinds: readonly FaultKind[] =
    engine.name === 'SQLite' ? ['unsent', 'unanswered'] : ['unsent', 'unanswered', 'conflict']

  const register = (body: object, headers: Record<string, string> = {}) =>
    server.client.post('/v1/auth/register', body, { headers: { ...fromAnywhere(), ...headers } })
  const login = (username: string) =>
    server.client.post('/v1/auth/login', { username, password }, { headers: fromAnywhere() })
  const useSecret = (user_secret: string) =>
    server.client.post('/v1/auth/token', { user_secret }, { headers: fromAnywhere() })

  async function accountsOf(username: string): Promise<string[]> {
    const accounts = server.db.selectFrom('accounts').select('id').where('username', '=', username)
    return (await accounts.execute()).map(({ id }) => id)
  }

  /** A success is in the database, and a refusal leaves the whole account or nothing of it. */
  async function expectTrue(username: string, answer: Answer): Promise<void> {
    const ids = await accountsOf(username)
    if (answer.status === 201) expect(ids).toEqual([answer.body.id])
    else expect(ids.length).toBeLessThanOrEqual(1)
  }

  it.each(kinds)(
    'I12: with a key returns the same account to a retry (%s)',
    { tags: 'long' },
    async (kind) => {
      const sent = await server.sweep(kind, async (name) => {
        const key = { 'idempotency-key': randomUUID() }
        const body = everything(name)
        return {
          call: () => register(body, key),
          success: 201,
          examine: async (answer) => {
            await expectTrue(name, answer)
            const again = await register(body, key)
            expect(again.status).toBe(201)
            if (answer.status === 201) expect(again.text).toBe(answer.text)
            expect(await accountsOf(name)).toEqual([again.body.id])
            expect((await login(name)).body.user?.id).toBe(again.body.id)
          },
        }
      })
      for (const statement of ['begin', 'commit']) expect(sent).toContain(statement)
    },
  )

  it.each(kinds)('I12: with a key returns the same secret to a retry (%s)', async (kind) => {
    await server.sweep(kind, async (username) => {
      const key = { 'idempotency-key': randomUUID() }
      return {
        call: () => register({ username }, key),
        success: 201,
        examine: async (answer) => {
          await expectTrue(username, answer)
          const again = await register({ username }, key)
          expect(again.status).toBe(201)
          if (answer.status === 201) expect(again.text).toBe(answer.text)
          const signedIn = await useSecret(String(again.body.user_secret))
          expect([signedIn.body.user?.id]).toEqual(await accountsOf(username))
        },
      }
    })
  })

  it.each(kinds)('I12: without a key makes a complete account or none (%s)', async (kind) => {
    await server.sweep(kind, async (username) => ({
      call: () => register({ username }),
      success: 201,
      examine: async (answer) => {
        await expectTrue(username, answer)
        const isThere = (await accountsOf(username)).length === 1
        if (answer.status === 201) expect((await useSecret(String(answer.body.user_secret))).status).toBe(200)
        expect((await register({ username })).status).toBe(isThere ? 409 : 201)
        expect(await accountsOf(username)).toHaveLength(1)
      },
    }))
  })

  it.each(kinds)(
    'leaves a taken name with its owner, and nothing of the refused caller (%s)',
    async (kind) => {
      const sent = await server.sweep(kind, async (username) => {
        const { body: owner } = await register({ username })
        const body = { username, email: `${username}@example.org` }
        return {
          call: () => register(body, { 'idempotency-key': randomUUID() }),
          success: 409,
          examine: async () => {
            expect(await accountsOf(username)).toEqual([owner.id])
            expect((await register({ email: body.email })).status).toBe(201)
          },
        }
      })
      expect(sent).toContain('rollback')
    },
  )
})
