/** @module-tag long */

import { rename, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Sealer } from '../../src/platform/crypto/sealing.ts'
import { newPerson } from '../support/people.ts'
import { endLeftovers, freshFolder, proxima, type Settings, startProxima } from '../support/process.ts'
import type { TestClient } from '../support/test-client.ts'

const before = { PROXIMA_SECRET: 'aMasterSecretOfOneDatabase-1f6c0e9a83b75d24' }
const after = { PROXIMA_SECRET: 'aMasterSecretOfAnotherOne-77d0c2a9e4b1f853' }
const both = { ...after, PROXIMA_SECRET_PREVIOUS: before.PROXIMA_SECRET }

let folder: Awaited<ReturnType<typeof freshFolder>>
let shared: Settings
beforeEach(async () => {
  folder = await freshFolder()
  shared = { PROXIMA_DATA_DIR: folder.path, PROXIMA_PUBLIC_URL: 'http://localhost:4000' }
})
afterEach(async () => {
  await endLeftovers()
  await folder?.remove()
})

const rotate = (secrets: Settings, ...args: string[]) =>
  proxima(['secret', 'rotate', ...args], { settings: { ...shared, ...secrets } })

/** Starts with these secrets, for as long as `work` takes. */
async function whileRunning<T>(secrets: Settings, work: (client: TestClient) => Promise<T>): Promise<T> {
  const server = await startProxima({ ...shared, ...secrets })
  const result = await work(server.client)
  await server.process.stop()
  return result
}

async function register(secrets: Settings): Promise<string> {
  return await whileRunning(secrets, async (client) => {
    const { token } = await newPerson(client)
    await client.patch('/v1/me', { address: '12 Kenyatta Avenue' }, { token })
    await client.patch('/v1/me/profile', { home_address: '9 Kimathi Way' }, { token })
    return token
  })
}

/** Sent again, it gets the answer that was kept, with its secret. */
async function registerOnce(client: TestClient): Promise<unknown> {
  const headers = { 'idempotency-key': '0198c0de-0000-4000-8000-000000000001' }
  const { status, body } = await client.post('/v1/auth/register', { username: 'barasa' }, { headers })
  expect(status).toBe(201)
  return body
}

/** What `register` and `registerOnce` leave sealed. That every sealed column is walked is tested beside `sealedDataOf`. */
const sealedByRegister = { accounts: 1, profiles: 1, idempotency_keys: 1, sessions: 1, signing_keys: 1 }

/** The tables in which values were found. */
function sealedIn(output: string): Readonly<Record<string, number>> {
  const { values } = JSON.parse(output) as { values: Record<string, number> }
  return Object.fromEntries(Object.entries(values).filter(([, count]) => count > 0))
}

describe('rotating the master secret', () => {
  it('seals all data again while a server with both secrets runs, and then the previous one opens nothing', async () => {
    const token = await register(before)
    const first = await whileRunning(before, registerOnce)
    await whileRunning(both, async (client) => {
      expect((await client.me(token)).body.address).toBe('12 Kenyatta Avenue')
      const trial = await rotate(both, '--dry-run', '--json')
      expect(JSON.parse(trial.stdout)).toMatchObject({ dry_run: true, complete: false })
      expect(sealedIn(trial.stdout)).toEqual(sealedByRegister)
      const done = await rotate(both, '--json')
      expect(done).toMatchObject({ exitCode: 0, stderr: '' })
      expect(sealedIn(done.stdout)).toEqual(sealedByRegister)
      expect(JSON.parse(done.stdout)).toEqual({
        dry_run: false,
        values: expect.anything(),
        complete: true,
        servers: [
          {
            host: hostname(),
            secret_id: new Sealer({ current: after.PROXIMA_SECRET }).keyId,
            uses_current: true,
            started_at: expect.any(String),
            seen_at: expect.any(String),
          },
        ],
      })
      expect((await rotate(both)).stdout).toMatch('You can remove the previous secret from these servers')
      expect((await client.me(token)).body.address).toBe('12 Kenyatta Avenue')
    })
    const unseen = await rotate(after)
    expect(unseen.stdout).toMatch('No server was seen running.')
    expect(unseen.stdout).not.toMatch('You can remove')
    await whileRunning(after, async (client) => {
      expect((await client.me(token)).body.address).toBe('12 Kenyatta Avenue')
      expect((await client.get('/v1/me/profile', { token })).body.home_address).toBe('9 Kimathi Way')
      expect(await registerOnce(client)).toEqual(first)
    })
    const refused = await proxima(['start', '--json'], { settings: { ...shared, ...before } })
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toMatch('wrong_master_secret')
  })

  it('does not say that the previous secret may go while a server has only that one', async () => {
    await register(before)
    await whileRunning(before, async () => {
      const refused = await rotate(both, '--json')
      expect(refused.exitCode).toBe(1)
      const { code, detail } = JSON.parse(refused.stderr)
      expect(code).toBe('secret_not_on_every_server')
      expect(detail).toContain(
        `${hostname()} (secret ${new Sealer({ current: before.PROXIMA_SECRET }).keyId}`,
      )
      expect((await rotate(both)).stdout).not.toContain('You can remove')
      const trial = await rotate(both, '--dry-run')
      expect(trial.stdout).toContain('not all of these servers seal with the current one')
    })
    expect((await rotate(both)).exitCode).toBe(0)
  })

  it('needs the secret that sealed the data, and so does the start of a server', async () => {
    await register(before)
    const start = await proxima(['start', '--json'], { settings: { ...shared, ...after } })
    for (const refused of [start, await rotate(after, '--json')]) {
      expect(refused.exitCode).toBe(2)
      expect(JSON.parse(refused.stderr)).toMatchObject({ code: 'wrong_master_secret' })
      expect(refused.stderr).toMatch('PROXIMA_SECRET_PREVIOUS')
    }
  })

  it('works with the secret file of development, as in the guide', async () => {
    const token = await register({})
    const [secret, previous] = [join(folder.path, 'secret'), join(folder.path, 'secret.previous')]
    await rename(secret, previous)
    const done = await rotate({ PROXIMA_SECRET_PREVIOUS_FILE: previous })
    expect(done).toMatchObject({ exitCode: 0, stderr: '' })
    expect((await stat(secret)).mode & 0o777).toBe(0o600)
    await rm(previous)
    await whileRunning({}, async (client) => {
      expect((await client.me(token)).body.address).toBe('12 Kenyatta Avenue')
    })
  })
})
