import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engines } from '../../../../tests/support/engines.ts'
import { password } from '../../../../tests/support/password.ts'
import { sendRaw } from '../../../../tests/support/raw-socket.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'

const asJson = { headers: { accept: 'application/json' } }

describe.each(engines.slice(0, 1))('the outbox page on $name', (engine) => {
  let server: TestServer
  beforeAll(async () => {
    const env = {
      PROXIMA_PRIVACY: 'strict',
      PROXIMA_SERVICE_NAME: '<b>Duka</b><script>a()</script>',
      PROXIMA_TRUSTED_PROXIES: '127.0.0.1',
    }
    server = await startTestServer(engine, { env })
    await server.client.register({ email: 'Amina@example.com', password, full_name: '<i>Amina</i>' })
    await server.client.register({ phone_number: '+254712345678', password })
  })
  afterAll(async () => await server?.close())

  it('shows the messages in development, newest first', async () => {
    const { status, text, headers } = await server.client.get('/outbox')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(text.indexOf('+254712345678')).toBeLessThan(text.indexOf('Amina@example.com'))
  })

  it('returns the same as JSON on request', async () => {
    const { body } = await server.client.get('/outbox', asJson)
    expect(body.data).toMatchObject([
      { channel: 'sms', to: '+254712345678', subject: '', state: 'waiting' },
      { channel: 'mail', to: 'Amina@example.com', template: 'registration_received' },
    ])
  })

  it('shows the links that the recipient gets: a mail with a code has one, the text message has none', async () => {
    const fresh = await startTestServer(engine, { env: { PROXIMA_VERIFICATION: 'optional' } })
    await fresh.client.register({ email: 'amina@example.com', phone_number: '+254712345678', password })
    const { body } = await fresh.client.get('/outbox', asJson)
    await fresh.close()
    expect(body.data).toMatchObject([
      { channel: 'sms', code: expect.stringMatching(/^\d{6}$/), links: [] },
      { channel: 'mail', links: [{ label: 'Confirm', url: expect.stringContaining('/verify?token=pxl_') }] },
    ])
  })

  it('A122, A63: has no foreign markup, no script but its own, and a policy that lets no other run', async () => {
    const { text, headers } = await server.client.get('/outbox')
    expect(text).toContain('&lt;b&gt;Duka&lt;/b&gt;&lt;script&gt;a()&lt;/script&gt;')
    const own = '<script type="module" src="/outbox/outbox.js"></script>'
    expect(text.replace(own, '')).not.toMatch(/<script|<style|<b>|<i>|<img| on\w+=| style=/)
    const policy = headers.get('content-security-policy')?.split('; ') ?? []
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'"]))
    expect(policy.filter((directive) => !/ '(none|self)'$/.test(directive))).toEqual([])
  })

  it('A122: shows a mail as it will look, in a document that can run and load nothing', async () => {
    const { body } = await server.client.get('/outbox', asJson)
    const [sms, mail] = body.data as { id: string }[]
    const { status, text, headers } = await server.client.get(`/outbox/messages/${mail?.id}/light`)
    expect(status).toBe(200)
    expect(text).toContain('&lt;b&gt;Duka&lt;/b&gt;&lt;script&gt;a()&lt;/script&gt;')
    expect(text).not.toMatch(/<script|<b>|<i>|<img/)
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN')
    const policy = headers.get('content-security-policy')?.split('; ') ?? []
    expect(policy).toEqual(
      expect.arrayContaining(["default-src 'none'", 'sandbox', "frame-ancestors 'self'"]),
    )
    const dark = await server.client.get(`/outbox/messages/${mail?.id}/dark`)
    expect(dark.text).toBe(text.replace('@media not all {', '@media all {'))
    for (const id of [sms?.id, 'x', '../outbox'])
      expect((await server.client.get(`/outbox/messages/${id}/light`)).status).toBe(404)
  })

  it('opens the message that the reader chooses, and otherwise the newest', async () => {
    const { body } = await server.client.get('/outbox', asJson)
    const [, mail] = body.data as { id: string }[]
    const pages = ['/outbox', `/outbox?message=${mail?.id}`, '/outbox?message=%3Cscript%3E']
    const texts = await Promise.all(pages.map(async (path) => (await server.client.get(path)).text))
    expect(texts.map((text) => /<h2 id="title"[^>]*>(.*?)<\/h2>/.exec(text)?.[1])).toEqual([
      'Text message',
      expect.stringContaining('registration'),
      'Text message',
    ])
  })

  it('says why a message was given up', async () => {
    // Three messages an hour.
    for (let more = 0; more < 3; more++)
      await server.client.register({ email: 'Amina@example.com', password })
    const { text } = await server.client.get('/outbox')
    expect(text).toContain('Mail, given up')
    expect(text).toContain('given up because of <code>withheld subject</code>')
    const { body } = await server.client.get('/outbox', asJson)
    const [newest, , , first] = body.data as { error: string | null; to: string | null }[]
    expect(newest).toMatchObject({ state: 'given_up', error: 'withheld subject', to: null })
    expect(first).toMatchObject({ state: 'waiting', error: null })
  })

  it('is only for this machine, and not for a page of another name that resolves to it', async () => {
    const { host } = new URL(server.url)
    const cases: readonly [string, string, number][] = [
      ['from here', `Host: ${host}`, 200],
      ['from here by name', 'Host: LocalHost:4000', 200],
      ['through a proxy', `Host: ${host}\r\nX-Forwarded-For: 192.0.2.1`, 404],
      [
        'A42: through a proxy, after garbage',
        `Host: ${host}\r\nForwarded: x\r\nX-Forwarded-For: 192.0.2.1`,
        404,
      ],
      [
        'A42: through a proxy, with two headers that differ',
        `Host: ${host}\r\nForwarded: for=192.0.2.9\r\nX-Forwarded-For: 192.0.2.1`,
        404,
      ],
      ['DNS rebinding', 'Host: evil.example', 404],
      ['DNS rebinding to a look-alike', 'Host: 127.0.0.1.evil.example', 404],
    ]
    for (const [name, head, status] of cases) {
      const answer = await sendRaw(server.url, `GET /outbox HTTP/1.1\r\n${head}\r\nConnection: close\r\n\r\n`)
      expect(answer.status, name).toBe(status)
    }
  })

  it('does not exist in production', async () => {
    const fresh = await startTestServer(engine, {
      env: {
        PROXIMA_ENV: 'production',
        PROXIMA_SECRET: 'q7Zt0vJm2xLr9Kc4Wn8Bs6Yd1Hf3Pg5T',
        PROXIMA_PUBLIC_URL: 'https://accounts.example.org',
        PROXIMA_LIMITS: 'on',
      },
    })
    const answer = await fresh.client.get('/outbox')
    await fresh.close()
    expect(answer.status).toBe(404)
  })
})
