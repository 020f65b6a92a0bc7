import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newPerson, type Person } from '../../../../tests/support/people.ts'
import { makeAdministrator, personWith } from '../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer, testSecret } from '../../../../tests/support/test-server.ts'
import { settings } from '../../../platform/config/settings.ts'
import { type ClientId, newId } from '../../../platform/kernel/ids.ts'

const mailPassword = 'a-password-of-the-relay'

describe.each(engines)('what administrators see of the server on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  let operator: Person
  beforeAll(async () => {
    const env = {
      PROXIMA_MAIL_URL: `smtp://proxima:${mailPassword}@127.0.0.1:2`,
      PROXIMA_METRICS_TOKEN: 'aTokenOnlyForTests-93b1c7d2e7a6053',
    }
    server = await startTestServer(engine, { env })
    services = openServices(server)
    operator = await personWith(server.client, services, ['settings:read'])
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  it('has every setting, with its source and its default, and no secret', async () => {
    const { body, text } = await server.client.get('/v1/settings', operator)
    const shown = body.data as { name: string; section: string }[]
    expect(shown.map(({ name }) => name)).toEqual(Object.values(settings).map(({ name }) => name))
    expect(shown.every(({ section }) => section !== '')).toBe(true)
    expect(shown).toContainEqual(
      expect.objectContaining({ name: 'PROXIMA_PORT', value: '0', source: 'environment', default: '4000' }),
    )
    expect(shown).toContainEqual(expect.objectContaining({ name: 'PROXIMA_SECRET', value: '(hidden)' }))
    for (const secret of [testSecret, mailPassword, 'aTokenOnlyForTests']) expect(text).not.toContain(secret)
  })

  it('has the findings of the checks that the server can do itself', async () => {
    const { body, status } = await server.client.get('/v1/findings', operator)
    expect(status).toBe(200)
    expect(body.data).toContainEqual(expect.objectContaining({ severity: 'note', code: 'region_missing' }))
    expect((body.data as { code: string }[]).map(({ code }) => code)).not.toContain('not_checked')
  })

  it('has the first steps, and looks up which are done', async () => {
    const done = async () =>
      ((await server.client.get('/v1/checklist', operator)).body.data as { step: string; done: boolean }[])
        .filter((item) => item.done)
        .map(({ step }) => step)
    expect(await done()).toEqual(['mail'])
    await makeAdministrator(server, (await newPerson(server.client)).id)
    expect(await done()).toEqual(['administrator', 'mail'])
    await makeAdministrator(server, (await newPerson(server.client)).id)
    const client = { id: newId<ClientId>(), name: 'Moments', scope: '', grant_types: '', redirect_uris: '[]' }
    await services.db
      .insertInto('clients')
      .values({ ...client, token_endpoint_auth_method: 'none', created_at: 0, updated_at: 0 })
      .execute()
    expect(await done()).toEqual(['administrator', 'mail', 'application', 'second_administrator'])
  })
})
