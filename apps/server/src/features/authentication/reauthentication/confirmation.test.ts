import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { newPerson } from '../../../../tests/support/people.ts'
import { requestFrom } from '../../../../tests/support/request-context.ts'
import { type OwnServices, openServices } from '../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { Transaction } from '../../../platform/database/tables.ts'
import { newId } from '../../../platform/kernel/ids.ts'
import type { Principal } from '../../../platform/kernel/principal.ts'

type Act = (services: OwnServices, caller: Principal) => Promise<unknown>

const here = requestFrom()

/** Every act that asks the owner to prove who they are. */
const acts: Record<string, Act> = {
  'a new password': ({ passwordChange }, caller) =>
    passwordChange.change(caller, { newPassword: password }, here),
  'a new secret': ({ secretRenewal }, caller) => secretRenewal.renew(caller, {}, here, null),
  'a new secret, once': ({ secretRenewal }, caller) => secretRenewal.renew(caller, {}, here, newId()),
  'a new username': ({ usernameChange }, caller) =>
    usernameChange.change(caller, { username: 'another' }, here),
  'an export': ({ exports }, caller) => exports.create(caller, here),
  'a deletion': ({ deletions }, caller) => deletions.delete(caller, {}, here),
}

describe.each(engines)('the confirmation of the owner on $name', (engine) => {
  let server: TestServer
  let services: OwnServices
  beforeAll(async () => {
    server = await startTestServer(engine)
    services = openServices(server)
  })
  afterAll(async () => {
    vi.restoreAllMocks()
    await services?.close()
    await server?.close()
  })

  it.each(Object.keys(acts))('A55, I8: is asked for in the transaction of %s', async (name) => {
    const { sessionId } = await newPerson(server.client)
    const caller = await services.sessions.principal(sessionId)
    let confirmed = 0
    // Leaves a mark that shows whether its transaction was undone.
    const confirm = async (db: Transaction) => {
      confirmed += 1
      await db
        .insertInto('known_clients')
        .values({ client: `${name} ${confirmed}`, seen_at: 0 })
        .execute()
    }
    for (const way of ['byAny', 'byStrongest', 'byCredentials', 'byFreshSession'] as const)
      vi.spyOn(services.reauthentication, way).mockResolvedValue({ method: 'session', confirm })
    vi.spyOn(services.audit, 'success').mockRejectedValue(new Error('undone'))
    await expect(acts[name]?.(services, caller)).rejects.toThrow('undone')
    vi.restoreAllMocks()
    const marks = await services.db.selectFrom('known_clients').select('client').execute()
    expect(confirmed).toBeGreaterThan(0)
    expect(marks.map(({ client }) => client)).not.toContain(`${name} ${confirmed}`)
  })
})
