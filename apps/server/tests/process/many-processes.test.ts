/** @module-tag long */

import { afterEach, expect, it } from 'vitest'
import { engines } from '../support/engines.ts'
import { password } from '../support/password.ts'
import { endLeftovers, freshFolder, startProxima } from '../support/process.ts'

const processCount = 4
afterEach(endLeftovers)

it.each(engines)('several processes that start at once on an empty $name all serve', async (engine) => {
  const database = await engine.createDatabase()
  const folder = await freshFolder()
  const settings = {
    PROXIMA_DATABASE_URL: database.url,
    // The first of them makes the secret that all use.
    PROXIMA_DATA_DIR: folder.path,
    PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
    PROXIMA_LIMITS: 'off',
  }
  const starts = Array.from({ length: processCount }, () => startProxima(settings))
  const servers = await Promise.all(starts)
  for (const { client } of servers) expect((await client.get('/readyz')).status).toBe(200)

  // Each migration was applied once, by the first process.
  const migrated = servers.flatMap(({ process }) => process.log.filter(({ msg }) => msg === 'migrated'))
  const names = migrated.map(({ migration }) => String(migration))
  expect(names.length).toBeGreaterThan(0)
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted())

  // Who registers at one is known to all of them, whichever signed the token.
  for (const [index, { client }] of servers.entries()) {
    const { user, token } = await client.signUp(`person${index}`, password)
    for (const other of servers) expect((await other.client.me(token)).body.id).toBe(user.id)
  }
  // The same name at all of them at once: one has it.
  const answers = await Promise.all(servers.map(({ client }) => client.register({ username: 'amina' })))
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(processCount - 1)

  for (const { process } of servers) expect((await process.stop()).exitCode).toBe(0)
  await database.drop()
  await folder.remove()
})
