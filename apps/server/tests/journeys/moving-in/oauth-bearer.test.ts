import { afterEach, describe, expect, it } from 'vitest'
import { engines } from '../../support/engines.ts'
import {
  closeMoved,
  type MovedServer,
  moveIn,
  passwordForms,
} from '../../support/old-backends/moved-server.ts'
import { oauthBearerGenerations, oauthBearerSignIns } from '../../support/old-backends/oauth-bearer.ts'

const contract = 'oauth-bearer'
const answers = { 'stands for the role': 'give' }

async function signIn({ client }: MovedServer, username: string, password: string): Promise<string> {
  const form = new URLSearchParams({ grant_type: 'password', username, password }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  const { body, status } = await client.send('POST', '/login', form, { headers })
  expect(status, username).toBe(200)
  return body.access_token as string
}

afterEach(closeMoved)

describe.each(engines)('people of oauth-bearer who moved to $name', (engine) => {
  it.each(Object.entries(oauthBearerGenerations))(
    'sign in as before with their old ids, and again once their hash is argon2id (%s)',
    async (_generation, tables) => {
      const server = await moveIn(engine, { contract, tables, answers })
      for (let time = 1; time <= 2; time++)
        for (const { email, id, name, password, role_id } of oauthBearerSignIns) {
          const token = await signIn(server, email, password)
          const { body } = await server.client.get('/profile', { token })
          expect(body).toMatchObject({ id, name, email, role_id })
        }
      expect(await passwordForms(server, oauthBearerSignIns)).toEqual(['$argon2id$'])
    },
  )

  it('keep no role of an administrator that the operator has not confirmed', async () => {
    const tables = oauthBearerGenerations.latest
    const server = await moveIn(engine, { contract, tables, answers: { 'stands for the role': 'withhold' } })
    const [, { email, password }] = oauthBearerSignIns
    const { body } = await server.client.get('/profile', { token: await signIn(server, email, password) })
    expect(body.role_id).toBe(1)
  })
})
