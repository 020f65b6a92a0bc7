import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sqlite } from '../../../../tests/support/engines.ts'
import { PageVisitor } from '../../../../tests/support/page-visitor.ts'
import { password } from '../../../../tests/support/password.ts'
import { type Route, withRoutes } from '../../../../tests/support/routes.ts'
import { startTestServer, type TestServer } from '../../../../tests/support/test-server.ts'
import type { LimitPolicy } from '../../../platform/kernel/limiter.ts'

const typed = { username: 'typed.name', note: '<b>', password, current_password: password, code: '123456' }

describe('a form of a page that a limit refuses', () => {
  let server: TestServer
  let forms: readonly Route[]
  let visitor: PageVisitor
  const quotas = new Map<LimitPolicy, number>()

  beforeAll(async () => {
    const started = await withRoutes(() => startTestServer(sqlite, { env: { PROXIMA_LIMITS: 'on' } }))
    server = started.server
    await server.client.register({ username: 'amina', password })
    visitor = await PageVisitor.signIn(server, { identifier: 'amina', password })
    const isForm = ({ method, file, config }: Route) =>
      method === 'POST' && file?.startsWith('features/pages/') === true && config.limit !== undefined
    forms = started.routes.filter(isForm)
    for (const { config } of forms) if (config.limit) quotas.set(config.limit, config.limit.quota)
    for (const policy of quotas.keys()) Object.assign(policy, { quota: 0 })
  })
  afterAll(async () => {
    for (const [policy, quota] of quotas) Object.assign(policy, { quota })
    await server?.close()
  })

  it('is each of these', () => {
    expect(forms.length).toBeGreaterThan(30)
  })

  it('keeps what was typed, shows the wait, and repeats no password and no code', async () => {
    for (const { path } of forms) {
      const address = path.replaceAll(/:\w+/g, 'some-id')
      const answer = await visitor.send(address, typed)
      expect([path, answer.status]).toEqual([path, 429])
      expect(Number(answer.headers.get('retry-after')), path).toBeGreaterThan(0)
      const text = await answer.text()
      expect(text, path).toContain(`action="${address}"`)
      expect(text, path).toContain('<input type="hidden" name="username" value="typed.name">')
      expect(text, path).toContain('name="note" value="&lt;b&gt;"')
      expect(text, path).toMatch(/role="timer" data-seconds="\d+"/)
      expect(text, path).toMatch(/<input class="input" id="current_password" [^>]*type="password"/)
      expect(text, path).not.toContain(password)
      expect(text, path).not.toContain('123456')
    }
  })

  it('A49: keeps nothing of a form of another site', async () => {
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    for (const path of ['/sign-in', '/account/profile']) {
      const answer = await visitor.send(path, typed, headers)
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(await answer.text()).not.toContain('typed.name')
    }
  })
})
