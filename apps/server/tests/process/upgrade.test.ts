import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { endStrays, freshFolder, type Settings, startProxima } from '../support/process.ts'
import { hasVersionBefore, unpackVersionBefore } from '../support/version-before.ts'

const password = 'correct horse battery staple'
afterEach(endStrays)

const why = hasVersionBefore ? '' : ' (left out: this checkout has no history)'

describe.skipIf(!hasVersionBefore)(`a server of the version before${why}`, () => {
  let before: { program: string; remove: () => void }
  beforeAll(() => {
    before = unpackVersionBefore()
  })
  afterAll(() => before?.remove())

  it.each(engines)(
    'goes on working on $name while the schema and another server are new already',
    async (engine) => {
      const database = await engine.createDatabase()
      const folder = await freshFolder()
      const settings: Settings = {
        PROXIMA_DATABASE_URL: database.url,
        PROXIMA_DATA_DIR: folder.path,
        PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
        PROXIMA_LIMITS: 'off',
      }
      const old = await startProxima(settings, [], before.program)
      const early = await old.client.signUp('early', password)

      const fresh = await startProxima(settings)
      expect((await fresh.client.get('/readyz')).status).toBe(200)
      expect((await old.client.get('/readyz')).status).toBe(200)

      // What the one has made the other knows, people and sessions alike.
      const late = await old.client.signUp('late', password)
      const other = await fresh.client.signUp('other', password)
      for (const { client } of [old, fresh])
        for (const { user, token } of [early, late, other])
          expect((await client.me(token)).body.id).toBe(user.id)
      for (const { client } of [old, fresh])
        for (const username of ['early', 'late', 'other'])
          expect((await client.login({ username, password })).status).toBe(200)
      expect((await fresh.client.get('/v1/me/sessions', { token: early.token })).body.data).toHaveLength(3)

      // And it may be started anew on the new schema, should the upgrade be taken back.
      expect((await old.process.stop()).exitCode).toBe(0)
      const again = await startProxima(settings, [], before.program)
      expect((await again.client.get('/readyz')).status).toBe(200)
      expect((await again.client.me(other.token)).body.id).toBe(other.user.id)
      for (const { process } of [again, fresh]) expect((await process.stop()).exitCode).toBe(0)
      await database.drop()
      await folder.remove()
    },
  )
})
