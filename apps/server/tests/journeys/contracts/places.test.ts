import { afterAll, describe, expect, it } from 'vitest'
import { type ContractName, contractPaths, ownSegments } from '../../../src/platform/config/contract-paths.ts'
import { sqlite } from '../../support/engines.ts'
import { withRoutes } from '../../support/routes.ts'
import { startTestServer, type TestServer } from '../../support/test-server.ts'

describe('the places of contracts', () => {
  const servers: TestServer[] = []
  afterAll(async () => {
    for (const server of servers) await server.close()
  })

  async function routesWith(contracts: string) {
    const { server, routes } = await withRoutes(() =>
      startTestServer(sqlite, { env: { PROXIMA_CONTRACTS: contracts } }),
    )
    servers.push(server)
    // Fastify adds HEAD to each GET.
    return routes.filter(({ method }) => method !== 'HEAD').map(({ method, path }) => `${method} ${path}`)
  }

  it('are below no path of the server itself', async () => {
    const firsts = (await routesWith('none')).map((route) => route.split('/')[1] ?? '')
    // The home page has no first segment, and no prefix may be empty.
    expect(ownSegments).toEqual(expect.arrayContaining([...new Set(firsts)].filter((first) => first !== '')))
  })

  it.each(['phone-password', 'user-secret', 'user-secret-envelope', 'session-code'] as const)(
    '%s takes its own routes, at the root and below a prefix, and changes no other',
    async (name: ContractName) => {
      const native = await routesWith('none')
      const atRoot = await routesWith(name)
      const own = contractPaths[name].filter((place) => !native.includes(place))
      expect([...atRoot].sort()).toEqual([...native, ...own].sort())
      const below = await routesWith(`${name}=/old`)
      const moved = contractPaths[name].map((place) => place.replace(' /', ' /old/'))
      expect([...below].sort()).toEqual([...native, ...moved].sort())
    },
  )
})
