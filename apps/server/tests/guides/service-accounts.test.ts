/** @module-tag long */

import { afterAll, describe, expect, it } from 'vitest'
import { newApiKey } from '../support/api-keys.ts'
import { GuideSandbox } from '../support/guide-sandbox.ts'
import { newPerson } from '../support/people.ts'
import { endLeftovers, startProxima } from '../support/process.ts'

describe('an operator who follows the guide to API keys', () => {
  const sandbox = new GuideSandbox()
  afterAll(async () => {
    await endLeftovers()
    sandbox.remove()
  })

  it('creates an account for a program, and revokes a key', async () => {
    sandbox.useDevelopment()
    const settings = { PROXIMA_DATA_DIR: sandbox.path('/var/lib/proxima') }
    const { client } = await startProxima(settings)
    const { token } = await newPerson(client, 'amina')
    const { id, key } = await newApiKey(client, token)
    const created = await sandbox.run('api-keys.md#service-accounts sh', { settings })
    expect(created.exitCode, created.stderr).toBe(0)
    expect(created.stdout).toMatch(/Nightly report[\s\S]*id +name +status\n.*Nightly report +active/)
    const shown = { '01a1fc40-74e8-7c52-9a0f-3d5b8e6f7a10': id }
    const revoked = await sandbox.run('api-keys.md#service-accounts sh 2', { settings, replaced: shown })
    expect(revoked.exitCode, revoked.stderr).toBe(0)
    expect(revoked.stdout).toMatch(new RegExp(`${id} +a .*\\nrevoked ${id}`))
    expect((await client.me(key)).status).toBe(401)
  })
})
