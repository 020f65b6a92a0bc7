import { expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { newAdministrator } from '../../../../tests/support/roles.ts'
import { openServices } from '../../../../tests/support/services.ts'
import { startTestServer } from '../../../../tests/support/test-server.ts'
import { operator } from '../../authorization/roles/model.ts'

const root = { name: 'Root', roles: ['admin'] }

it.each(engines)(
  'A13: a client with the role admin is no administrator, and can always be deleted, on $name',
  async (engine) => {
    const server = await startTestServer(engine)
    const services = openServices(server)
    const { clientAdministration, roleAssignment, setup } = services
    const { client } = await clientAdministration.create(root, operator)
    expect(await setup.newLink()).toMatch(/^pxl_/)
    await clientAdministration.delete(client.id, operator)
    const person = await newAdministrator(server.client, services)
    const other = await clientAdministration.create(root, operator)
    // The account of a program is no administrator: no one can sign in to it.
    await expect(roleAssignment.remove(person.id, 'admin')).rejects.toMatchObject({
      problem: { code: 'last_administrator' },
    })
    await clientAdministration.delete(other.client.id, operator)
    expect(await clientAdministration.list({ after: null, limit: 10 })).toEqual([])
    await services.close()
    await server.close()
  },
)
