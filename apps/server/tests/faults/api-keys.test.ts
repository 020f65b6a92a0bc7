import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type MadeKey, newApiKey } from '../support/api-keys.ts'
import { engines } from '../support/engines.ts'
import type { FaultKind } from '../support/failing-database.ts'
import { type FailingServer, fromAnywhere, startFailingServer } from '../support/fault-sweep.ts'
import { newPerson, type Person } from '../support/people.ts'
import type { Answer } from '../support/test-client.ts'

const path = '/v1/me/api-keys'

describe.each(engines)('the API keys of a person on $name while statements fail', (engine) => {
  let server: FailingServer
  beforeAll(async () => {
    server = await startFailingServer(engine)
  })
  afterAll(async () => await server?.close())

  // SQLite has one writer at a time, so none that another could undo.
  const kinds: readonly FaultKind[] =
    engine.name === 'SQLite' ? ['unsent', 'unanswered'] : ['unsent', 'unanswered', 'conflict']

  const statusOf = async (key: string) => (await server.client.me(key)).status

  /** How often the audit trail says that it happened. */
  async function eventsOf({ id }: Person, action: string): Promise<number> {
    const events = server.db.selectFrom('audit_events').select('id').where('account_id', '=', id)
    const done = events.where('action', '=', action).where('outcome', '=', 'success')
    return (await done.execute()).length
  }

  async function keysOf({ token }: Person): Promise<readonly MadeKey[]> {
    return (await server.client.get(path, { token })).body.data as MadeKey[]
  }

  async function owner(username: string): Promise<Person> {
    return await newPerson(server.client, { username, email: `${username}@example.com` })
  }

  it.each(kinds)('are made with their event, or not at all (%s)', async (kind) => {
    await server.sweep(kind, async (name) => {
      const person = await owner(name)
      const headers = { ...fromAnywhere(), 'idempotency-key': crypto.randomUUID() }
      const make = () => server.client.post(path, { name: 'x' }, { token: person.token, headers })
      return {
        call: make,
        success: 201,
        examine: async (answer) => {
          const made = (await keysOf(person)).length
          if (answer.status === 201) expect(made).toBe(1)
          expect(await eventsOf(person, 'api_key_creation')).toBe(made)
          // Sent again, it is made once, and its maker gets the secret in any case (I12).
          const again = await make()
          expect([again.status, (await keysOf(person)).length]).toEqual([201, 1])
          expect(await statusOf(String(again.body.key))).toBe(200)
        },
      }
    })
  })

  it.each(kinds)('are replaced by one that works, or stay as they are (%s)', async (kind) => {
    await server.sweep(kind, async (name) => {
      const person = await owner(name)
      const former = await newApiKey(server.client, person.token, {}, fromAnywhere())
      const options = { token: person.token, headers: fromAnywhere() }
      return {
        call: () => server.client.post(`${path}/${former.id}/rotation`, { overlap_seconds: 0 }, options),
        success: 201,
        examine: async (answer: Answer) => {
          const isReplaced = (await statusOf(former.key)) === 401
          expect(await eventsOf(person, 'api_key_rotation')).toBe(isReplaced ? 1 : 0)
          expect(await keysOf(person)).toHaveLength(1)
          if (answer.status === 201)
            expect([isReplaced, await statusOf(String(answer.body.key))]).toEqual([true, 200])
        },
      }
    })
  })

  it.each(kinds)('are revoked with their event, or still work (%s)', async (kind) => {
    await server.sweep(kind, async (name) => {
      const person = await owner(name)
      const { id, key } = await newApiKey(server.client, person.token, {}, fromAnywhere())
      const options = { token: person.token, headers: fromAnywhere() }
      return {
        call: () => server.client.send('DELETE', `${path}/${id}`, undefined, options),
        success: 204,
        examine: async (answer) => {
          const isRevoked = (await statusOf(key)) === 401
          if (answer.status === 204) expect(isRevoked).toBe(true)
          expect(await eventsOf(person, 'api_key_revocation')).toBe(isRevoked ? 1 : 0)
        },
      }
    })
  })
})
