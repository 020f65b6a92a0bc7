import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../../tests/support/engines.ts'
import type { ClientAnswer } from '../../../../../tests/support/oauth.ts'
import { newAdministrator } from '../../../../../tests/support/roles.ts'
import { type OwnServices, openServices } from '../../../../../tests/support/services.ts'
import { startTestServer, type TestServer } from '../../../../../tests/support/test-server.ts'

const signIn = { grant_types: ['authorization_code'], redirect_uris: ['https://wiki.example.org/callback'] }

describe('the addresses of an application', () => {
  let server: TestServer
  let services: OwnServices
  let admin: string
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    services = openServices(server)
    admin = (await newAdministrator(server.client, services)).token
  })
  afterAll(async () => {
    await services?.close()
    await server?.close()
  })

  const create = (fields: object): Promise<ClientAnswer> =>
    server.client.post('/v1/clients', { client_name: 'Wiki', ...fields }, { token: admin })
  const change = (id: string, fields: object): Promise<ClientAnswer> =>
    server.client.patch(`/v1/clients/${id}`, fields, { token: admin })
  const pointersOf = ({ body }: ClientAnswer) => body.errors.map(({ pointer }) => pointer)

  it('A105, A115: refuses redirect addresses that a browser would change, or that others could receive', async () => {
    const refused = [
      ...[
        'javascript:alert(1)//',
        'data:text/html,x',
        'vbscript:x',
        'file:///etc/passwd',
        'blob:https://a.org/x',
      ],
      ...[
        'http://wiki.example.org/',
        'http://localhost.example.org/',
        'http://127.0.0.1.nip.io/',
        'http://2130706433/x@',
      ],
      ...[
        'https://user:secret@wiki.example.org/',
        'https://wiki.example.org/#part',
        'https://wiki.example.org/#',
      ],
      ...['https://*.example.org/', 'https://wiki.example.org/*', 'https://wiki.example.org\\@evil.example/'],
      ...[
        'https://wiki.example.org/a/../b',
        'https://wiki.example.org/%2e%2E/b',
        'https://wiki.example.org/..?x',
      ],
      ...[
        'https://wiki.example.org/ b',
        'https://wiki.example.org/\tb',
        'https://wíki.example.org/',
        'https://',
        '',
      ],
      ...[
        'myapp:/callback',
        'MyApp.Example:/callback',
        'com.example.app:',
        'com.example.app://',
        'com.example.app:callback',
      ],
      `https://wiki.example.org/${'x'.repeat(400)}`,
    ]
    for (const type of ['web', 'native'])
      for (const uri of refused)
        expect((await create({ application_type: type, redirect_uris: [uri] })).status, uri).toBe(422)
    const native = [
      'com.example.app:/callback',
      'http://[::1]/callback',
      'http://127.0.0.1:1/',
      'http://localhost/x',
    ]
    for (const field of ['redirect_uris', 'post_logout_redirect_uris'])
      expect((await create({ ...signIn, [field]: [native[0]] })).status).toBe(422)
    const app = await create({ application_type: 'native', redirect_uris: native })
    expect([app.status, app.body.redirect_uris]).toEqual([201, native])
    expect((await change(app.body.id, { application_type: 'web' })).status).toBe(422)
  })

  it('A115: refuses pages and pictures that are no https address', async () => {
    const uris = [
      'javascript:alert(1)',
      'data:image/svg+xml,x',
      'http://wiki.example.org/',
      '//x',
      'https://a@b.org/',
    ]
    for (const field of ['logo_uri', 'client_uri', 'policy_uri', 'tos_uri'])
      for (const uri of uris) {
        const answer = await create({ ...signIn, [field]: uri })
        expect([answer.status, pointersOf(answer)], uri).toEqual([422, [`/${field}`]])
      }
  })

  it('A121: refuses an address of internal machines for reports of sign-outs', async () => {
    const uris = [
      ...[
        'http://wiki.example.org/logout',
        'https://169.254.169.254/',
        'https://10.0.0.1/',
        'https://[::ffff:10.0.0.1]/',
      ],
      ...[
        'https://0x0a000001/',
        'https://user@wiki.example.org/',
        'https://wiki.example.org/#x',
        'ftp://wiki.example.org/',
      ],
    ]
    for (const uri of uris) {
      const answer = await create({ ...signIn, backchannel_logout_uri: uri })
      expect([answer.status, pointersOf(answer)], uri).toEqual([422, ['/backchannel_logout_uri']])
    }
  })
})
