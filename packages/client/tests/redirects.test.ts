import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createProxima } from '../src/index.ts'

const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  ends.push(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('with %s takes no password and no token elsewhere', async (status) => {
    let reached = 0
    const elsewhere = await listen((_, response) => {
      reached++
      response.end('{}')
    })
    const url = await listen(({ url = '' }, response) => {
      response.writeHead(status, { location: `${elsewhere}${url}` }).end()
    })
    const stored = { id: 's', userId: 'amina', accessToken: 'a', refreshToken: 'pxr_r', refreshes: 0 }
    const storage = new Map([['session', JSON.stringify({ ...stored, refreshAt: 0 })]])
    const proxima = createProxima({
      url,
      storageKey: 'session',
      storage: {
        getItem: (key) => storage.get(key) ?? null,
        setItem: (key, value) => void storage.set(key, value),
        removeItem: (key) => void storage.delete(key),
      },
    })
    const login = proxima.auth.login({ identifier: 'amina', password: 'secret' })
    await expect(login).rejects.toMatchObject({ code: 'network_error' })
    await expect(proxima.session.refresh()).rejects.toMatchObject({ code: 'network_error' })
    expect(reached).toBe(0)
    expect(storage.has('session')).toBe(true)
    proxima.close()
  })
})
