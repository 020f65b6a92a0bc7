import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { beforeAll, describe, expect, it } from 'vitest'
import type { createProxima } from '../src/index.ts'
import { recorder } from './support/recorder.ts'

const sizeMaxBytes = 8_000

describe('the client as one file for a page or an app', () => {
  let code: string
  beforeAll(async () => {
    const bundle = await rolldown({
      input: join(import.meta.dirname, '../src/index.ts'),
      platform: 'neutral',
    })
    const { output } = await bundle.generate({ format: 'iife', name: 'client', minify: true })
    expect(output).toHaveLength(1)
    expect(output[0].imports).toEqual([])
    code = output[0].code
  })

  it('is smaller than 8 kB', () => {
    const bytes = gzipSync(code, { level: 9 }).length
    expect(bytes).toBeLessThan(sizeMaxBytes)
  })

  it('needs nothing that React Native does not have', async () => {
    // Without URL, URLSearchParams, crypto, navigator, BroadcastChannel, ReadableStream and DOMException. Its AbortSignal
    // has neither `any` nor `timeout`, and its fetch knows nothing of modes.
    const sent = recorder(async (url) =>
      url.includes('cursor=next')
        ? Response.json({ data: [{ id: '2' }], next_cursor: null })
        : Response.json({
            ...{ access_token: 'access', refresh_token: 'pxr_refresh', expires_in: 900, session_id: 's' },
            ...{ user: { id: 'u' }, data: [{ id: '1' }], next_cursor: 'next' },
          }),
    )
    const items = new Map<string, string>()
    const asyncStorage = {
      getItem: async (key: string) => items.get(key) ?? null,
      setItem: async (key: string, value: string) => void items.set(key, value),
      removeItem: async (key: string) => void items.delete(key),
    }
    class Form {}
    const context = createContext({
      fetch: sent.fetch,
      setTimeout,
      clearTimeout,
      AbortController: class {
        readonly signal = { aborted: false, addEventListener() {}, removeEventListener() {} }
        abort() {}
      },
      FormData: Form,
    })
    const { createProxima: create } = runInContext(`${code}; client`, context) as {
      createProxima: typeof createProxima
    }
    const proxima = create({ url: 'https://accounts.example.org', storage: asyncStorage })
    await proxima.auth.login({ identifier: 'amina', password: 'secret' })
    await proxima.session.refresh()
    const ids: string[] = []
    for await (const { id } of proxima.me.sessions.list({ limit: 1 })) ids.push(id)
    expect(ids).toEqual(['1', '2'])
    await proxima.me.profile.setImage(new Form() as FormData)
    await proxima.roles.create({ name: 'support', permissions: [] }, { signal: new AbortController().signal })
    await proxima.auth.logout()
    expect(items.size).toBe(0)
    expect(sent.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/auth/login',
      'POST /v1/auth/refresh',
      'GET /v1/me/sessions',
      'GET /v1/me/sessions',
      'PUT /v1/me/profile/image',
      'POST /v1/roles',
      'POST /v1/auth/logout',
    ])
    expect(sent.requests[4]?.headers.has('content-type')).toBe(false)
  })
})
