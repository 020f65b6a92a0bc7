import { expect, it } from 'vitest'
import { sqlite } from '../../../tests/support/engines.ts'
import { openServices } from '../../../tests/support/services.ts'
import { startTestServer } from '../../../tests/support/test-server.ts'
import { sealedDataOf } from './sealed-data.ts'

it('names every table that has a sealed column, and the signing keys last', async () => {
  const server = await startTestServer(sqlite)
  const services = openServices(server)
  const tables = await services.db.introspection.getTables()
  const sealed = tables.filter(({ columns }) => columns.some(({ name }) => name.endsWith('_sealed')))
  const listed = sealedDataOf(services).map(({ table }): string => table)
  await services.close()
  await server.close()
  expect([...listed].sort()).toEqual(sealed.map(({ name }) => name).sort())
  expect(listed.at(-1)).toBe('signing_keys')
})
