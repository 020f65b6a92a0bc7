/** @module-tag long */

import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { giveRole } from '../support/api-keys.ts'
import { sqlite } from '../support/engines.ts'
import { guideBlock } from '../support/guide-blocks.ts'
import { newPerson } from '../support/people.ts'
import { hasCurl, ProximaProcess } from '../support/process.ts'
import { withPlace } from '../support/proxy-commands.ts'
import { openServices } from '../support/services.ts'
import { startTestServer } from '../support/test-server.ts'
import { verifyAddresses } from '../support/verified-addresses.ts'

interface TraefikFile {
  readonly http: {
    readonly routers: Readonly<
      Record<string, { readonly middlewares: readonly string[]; readonly service: string }>
    >
    readonly middlewares: Readonly<Record<string, TraefikMiddleware>>
    readonly services: Readonly<Record<string, object>>
  }
}

interface TraefikMiddleware {
  readonly headers?: { readonly customRequestHeaders: Readonly<Record<string, string>> }
  readonly forwardAuth?: { readonly address: string; readonly authResponseHeaders: readonly string[] }
}

describe('the configuration of Traefik, which is not run', () => {
  it('is valid YAML whose parts exist, and drops the headers before it asks', () => {
    const { http } = parse(guideBlock('protect/forward-auth.md#traefik yaml')) as TraefikFile
    for (const { middlewares, service } of Object.values(http.routers)) {
      expect(Object.keys(http.services)).toContain(service)
      expect(middlewares.map((name) => Object.keys(http.middlewares[name] ?? {}))).toEqual([
        ['headers'],
        ['forwardAuth'],
        ['headers'],
      ])
      const [drop, asking, keep] = middlewares.map((name) => http.middlewares[name])
      const names = asking?.forwardAuth?.authResponseHeaders ?? []
      expect(names).toEqual(['Remote-User', 'Remote-Email', 'Remote-Name', 'Remote-Groups'])
      const dropped = names.flatMap((name) => [name, name.replace('-', '_'), name.replace('-', '.')])
      expect(drop?.headers?.customRequestHeaders).toEqual(
        Object.fromEntries(dropped.map((name) => [name, ''])),
      )
      // I6: no protocol in which a caller could send requests that no one checks.
      expect(keep?.headers?.customRequestHeaders).toEqual({ Authorization: '', Connection: '', Upgrade: '' })
    }
  })
})

describe.skipIf(!hasCurl)('the call that the guide shows (needs curl)', () => {
  it('answers as the guide shows', async () => {
    const server = await startTestServer(sqlite)
    const services = openServices(server)
    const person = await newPerson(server.client, { email: 'amina@example.com', full_name: 'Amina Odhiambo' })
    await giveRole(services.db, person.id, ['reports:read'])
    await verifyAddresses(services.db)
    const script = withPlace(guideBlock('protect/forward-auth.md#trying-it-out sh'), {
      'http://127.0.0.1:4000': server.url,
    })
    const { stdout } = await new ProximaProcess('sh', ['-eu', '-c', script], { token: person.token }).ended
    const shown = guideBlock('protect/forward-auth.md#trying-it-out text').trim().split('\n')
    for (const line of shown) {
      const [name = '', value = ''] = line.split(': ')
      const isOwn = ['remote-user', 'remote-groups'].includes(name)
      expect(stdout, line).toMatch(isOwn ? new RegExp(`^${name}: \\S+\\r$`, 'm') : `${line}\r\n`)
      if (name === 'remote-email') expect(value).toBe('amina@example.com')
    }
    await services.close()
    await server.close()
  })
})
