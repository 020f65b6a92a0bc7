import { afterEach, describe, expect, it } from 'vitest'
import { engines, type TestEngine } from '../../support/engines.ts'
import { closeMoved, type Move, moveIn } from '../../support/old-backends/moved-server.ts'
import { userSecretGenerations } from '../../support/old-backends/user-secret.ts'
import type { TestClient } from '../../support/test-client.ts'

const { bcrypt, described, hashesWithoutKey, plainLikeHashes, scripted, sha256 } = userSecretGenerations

function move(engine: TestEngine, given: Partial<Move> & Pick<Move, 'tables'>) {
  return moveIn(engine, { contract: 'user-secret-envelope', map: 'user-secret', ...given })
}

/** The name of the owner of a secret, as the old front end learns it; null if the secret is refused. */
async function whoHas(client: TestClient, user_secret: string): Promise<string | null> {
  const { body, status } = await client.post('/v1/auth/token', { user_secret })
  if (status !== 200) return null
  const me = await client.get('/v1/auth/me', { token: body.data.access_token })
  return me.body.data.username as string
}

afterEach(closeMoved)

describe.each(engines)('people of user-secret who moved to $name', (engine) => {
  it.each([
    ['bcrypt', bcrypt],
    ['bcrypt, in the tables of the script', scripted],
    ['SHA-256', sha256],
  ])(
    'sign in with key id and secret, and again once the digest is a fast one (%s)',
    async (_form, generation) => {
      const { people, tables } = generation
      // Of two names that look alike, the first stays.
      const answers = { 'looks like it': `only ${people[2]?.id}` }
      const { client } = await move(engine, { tables, answers })
      for (let time = 1; time <= 2; time++)
        for (const { user_secret, username } of people.slice(0, 3))
          expect(await whoHas(client, user_secret)).toBe(username)
      // The owner of the other name has another one now.
      for (const { user_secret, username } of people.slice(3)) {
        const renamed = await whoHas(client, user_secret)
        expect(renamed).not.toBeNull()
        expect(renamed).not.toBe(username)
      }
    },
  )

  it('sign in with secrets that were stored as they are', async () => {
    const { people, tables } = described
    const { client } = await moveIn(engine, { contract: 'user-secret', tables })
    for (let time = 1; time <= 2; time++)
      for (const { user_secret } of people)
        expect((await client.post('/v1/auth/token', { user_secret })).body).toMatchObject({
          token_type: 'bearer',
        })
  })

  it('sign in with secrets that look like hashes, if the operator says that they are plain', async () => {
    const { people, tables } = plainLikeHashes
    const unanswered = await move(engine, { tables })
    expect(unanswered.open).toHaveLength(1)
    expect(unanswered.summary.outcomes).toMatchObject({ created: 0, unanswered: 2 })
    const answers = { 'plain secret': 'plain' }
    const { client } = await moveIn(engine, { contract: 'user-secret', tables, answers })
    for (const { user_secret, username } of people) {
      const { body } = await client.post('/v1/auth/token', { user_secret })
      const me = await client.me(String(body.access_token))
      expect(me.body.username).toBe(username)
    }
  })

  it('need a new secret if no key leads to their hash', async () => {
    const { people, tables } = hashesWithoutKey
    const { client, summary } = await move(engine, { tables, answers: { 'plain secret': 'hash' } })
    expect(summary.outcomes.created).toBe(people.length)
    for (const { user_secret } of people) expect(await whoHas(client, user_secret)).toBeNull()
  })
})
