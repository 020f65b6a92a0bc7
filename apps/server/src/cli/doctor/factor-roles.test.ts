import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../tests/support/engines.ts'
import { startTestServer, type TestServer } from '../../../tests/support/test-server.ts'
import { loadConfig } from '../../platform/config/load-config.ts'
import { checkFactorRoles } from './factor-roles.ts'

describe.each(engines)('the roles that PROXIMA_SECOND_FACTOR names on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(engine)
  })
  afterAll(async () => await server?.close())

  const findingsFor = async (secondFactor: string) =>
    await checkFactorRoles(
      loadConfig({ PROXIMA_DATABASE_URL: server.databaseUrl, PROXIMA_SECOND_FACTOR: secondFactor }),
    )

  it('are a finding if one of them does not exist', async () => {
    const [finding, ...others] = await findingsFor('required-for-roles:admin,adminn')
    expect(finding).toMatchObject({ severity: 'warning', code: 'second_factor_role_unknown' })
    expect(finding?.summary).toContain('do not exist: adminn.')
    expect(others).toEqual([])
  })

  it.each(['required-for-roles:admin', 'required', 'optional', 'off'])('are none with %s', async (value) => {
    expect(await findingsFor(value)).toEqual([])
  })
})
