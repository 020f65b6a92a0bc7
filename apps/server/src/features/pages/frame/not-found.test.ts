import { get } from 'node:http'
import { text as streamed } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { PageClient } from '../../../../tests/support/page-client.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

describe('an address that does not exist', () => {
  let server: TestServer
  beforeAll(async () => {
    server = await startTestServer(sqlite)
  })
  afterAll(async () => await server?.close())

  it('is a page for a person, in their language', async () => {
    const answer = await new PageClient(server).open('/no/such/page', { 'accept-language': 'fr' })
    expect(answer.status).toBe(404)
    expect(answer.headers.get('content-type')).toContain('text/html')
    expect(answer.headers.get('vary')).toContain('accept')
    expect(answer.headers.get('content-security-policy')).toContain("require-trusted-types-for 'script'")
    expect(answer.text).toContain('<html lang="fr"')
  })

  it('is a problem for a program', async () => {
    for (const accept of ['application/json', '*/*']) {
      const answer = await new PageClient(server).open('/no/such/page', { accept })
      expect(answer.status).toBe(404)
      expect(answer.headers.get('content-type')).toContain('application/problem+json')
    }
    const sent = await new PageClient(server).send('/no/such/page', {})
    expect(sent.headers.get('content-type')).toContain('application/problem+json')
  })

  it('A122: shows its address nowhere as markup', async () => {
    const answer = await new PageClient(server).open('/%22%3E%3Cscript%3Ealert(1)')
    expect(answer.text).not.toContain('<script>')
  })

  it('A106: links to no other host, whatever its address', async () => {
    const { hostname, port } = new URL(server.url)
    for (const path of ['//evil.example/x', '/\\evil.example/x']) {
      const headers = { accept: 'text/html' }
      const text = await new Promise<string>((resolve, reject) => {
        get({ hostname, port, path, headers }, (answer) => resolve(streamed(answer))).on('error', reject)
      })
      expect(text).toContain('href="?lang=fr"')
      expect(text).not.toContain('evil')
    }
  })
})

it('the address for password managers leads to the page that changes a password', async () => {
  const server = await startTestServer(sqlite)
  try {
    const answer = await new PageClient(server).open('/.well-known/change-password')
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/account/security/password'])
  } finally {
    await server.close()
  }
})

it('the documents about passkeys name the pages for them, and the other origins that may use them', async () => {
  const related = 'https://app.example.org'
  const server = await startTestServer(sqlite, { env: { PROXIMA_PASSKEY_ORIGINS: related } })
  try {
    const read = async (name: string): Promise<unknown> =>
      JSON.parse((await new PageClient(server).open(`/.well-known/${name}`)).text)
    expect(await read('passkey-endpoints')).toEqual({
      enroll: `${server.url}/account/security/passkeys`,
      manage: `${server.url}/account/security`,
    })
    expect(await read('webauthn')).toEqual({ origins: [server.url, related] })
  } finally {
    await server.close()
  }
})
