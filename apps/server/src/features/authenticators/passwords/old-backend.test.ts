import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { configuredDestinations } from '../../../platform/outgoing/destinations.ts'
import { OutgoingRequests } from '../../../platform/outgoing/outgoing.ts'
import { resolveByHost } from '../../../platform/outgoing/resolve.ts'
import { OldBackend } from './old-backend.ts'

interface Asked {
  readonly identifier: string
  readonly password: string
}

type Answer = (asked: Asked, response: ServerResponse, request: IncomingMessage) => void

const unavailable = { problem: { code: 'unavailable' } }
const right: Asked = { identifier: 'amina', password: 'pass123' }

/** As an old backend should be: one user, and 401 for everyone else. */
const honest: Answer = ({ identifier, password }, response) => {
  response.writeHead(identifier === right.identifier && password === right.password ? 200 : 401).end()
}

describe('the system that users move away from', () => {
  const closings: (() => void)[] = []
  afterEach(() => {
    for (const close of closings.splice(0)) close()
  })

  async function oldBackend(answer: Answer, { timeoutMs = 20_000 } = {}) {
    const asked: Asked[] = []
    const current = { answer }
    const server = createServer((request, response) => {
      text(request).then(
        (body) => {
          const given = JSON.parse(body) as Asked
          asked.push(given)
          current.answer(given, response, request)
        },
        () => response.destroy(),
      )
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const outgoing = new OutgoingRequests({
      destinations: configuredDestinations,
      resolve: resolveByHost,
      keepsConnections: false,
    })
    closings.push(() => {
      server.closeAllConnections()
      server.close()
      outgoing.close()
    })
    const clock = { nowMs: Date.UTC(2026, 0, 1), now: () => new Date(clock.nowMs) }
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`
    return { backend: new OldBackend({ url, outgoing, timeoutMs, clock }), asked, clock, current }
  }

  const check = (backend: OldBackend, { identifier, password }: Asked = right) =>
    backend.check(identifier, password)

  it('says with its status whether a password is right', async () => {
    const { backend, asked } = await oldBackend(honest)
    expect(await check(backend)).toBe(true)
    expect(await check(backend, { ...right, password: 'pass124' })).toBe(false)
    expect(asked.slice(1)).toEqual([right, { ...right, password: 'pass124' }])
  })

  it.each([401, 403, 404])('refuses a password with status %d', async (status) => {
    const { backend } = await oldBackend((_asked, response) => response.writeHead(status).end())
    expect(await check(backend)).toBe(false)
  })

  it('is not believed if it accepts a password that no one has', async () => {
    const { backend, asked } = await oldBackend((_asked, response) => response.writeHead(200).end('<html>'))
    await expect(check(backend)).rejects.toMatchObject(unavailable)
    // It never saw the password of the user.
    expect(JSON.stringify(asked)).not.toContain(right.password)
  })

  it('is tested again later, and no longer believed if it has begun to lie', async () => {
    const { backend, clock, current } = await oldBackend(honest)
    expect(await check(backend)).toBe(true)
    current.answer = (_asked, response) => response.writeHead(200).end()
    clock.nowMs += 600_000
    await expect(check(backend)).rejects.toMatchObject(unavailable)
  })

  it.each([201, 202, 204, 400, 422, 429, 500, 503])('says nothing with status %d', async (status) => {
    const { backend } = await oldBackend((_asked, response) => response.writeHead(status).end())
    await expect(check(backend)).rejects.toMatchObject(unavailable)
  })

  it.each([301, 302, 307, 308])('A121: cannot redirect the password with status %d', async (status) => {
    const { backend, asked } = await oldBackend((_asked, response, request) => {
      if (request.url === '/elsewhere') response.writeHead(200).end()
      else response.writeHead(status, { location: '/elsewhere' }).end()
    })
    await expect(check(backend)).rejects.toMatchObject(unavailable)
    expect(asked).toHaveLength(1)
  })

  it('is not waited for, if it is slow', async () => {
    const { backend } = await oldBackend(() => undefined, { timeoutMs: 50 })
    await expect(check(backend)).rejects.toMatchObject(unavailable)
  })

  it('says nothing if it closes the connection', async () => {
    const { backend } = await oldBackend((_asked, _response, request) => request.socket.destroy())
    await expect(check(backend)).rejects.toMatchObject(unavailable)
  })

  it('is not asked for a while after three failures, and then again', async () => {
    const { backend, asked, clock, current } = await oldBackend((_asked, response) =>
      response.writeHead(500).end(),
    )
    for (let failure = 0; failure < 5; failure += 1)
      await expect(check(backend)).rejects.toMatchObject({ ...unavailable, retryAfterSeconds: 10 })
    expect(asked).toHaveLength(3)
    expect(() => backend.assertAsked()).toThrow()
    current.answer = honest
    await expect(check(backend)).rejects.toMatchObject(unavailable)
    clock.nowMs += 10_000
    expect(await check(backend)).toBe(true)
  })

  it.each([400, 413, 422])('A34: is still asked after it has refused requests with %d', async (status) => {
    const { backend, current } = await oldBackend(honest)
    expect(await check(backend)).toBe(true)
    current.answer = (_asked, response) => response.writeHead(status).end()
    for (let request = 0; request < 4; request += 1)
      await expect(check(backend)).rejects.toMatchObject(unavailable)
    current.answer = honest
    expect(await check(backend)).toBe(true)
  })

  it('is asked only so many times at once', async () => {
    const waiting: ServerResponse[] = []
    const { backend } = await oldBackend((_asked, response) => void waiting.push(response))
    const checks = Array.from({ length: 40 }, () => check(backend).catch((error: unknown) => error))
    expect(await Promise.all(checks.slice(32))).toMatchObject(Array.from({ length: 8 }, () => unavailable))
    while (waiting.length < 32) await new Promise((resolve) => setTimeout(resolve, 5))
    for (const response of waiting) response.writeHead(500).end()
    await Promise.all(checks)
  })
})
