import { generateKeyPairSync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { newSigningKey, publicJwk, type SigningKey } from '../../conformance/signing-key.ts'
import { Refusal } from '../refusal.ts'
import type { Answer } from '../server.ts'
import { KeySet } from './key-set.ts'

const [a, b, c] = [newSigningKey(), newSigningKey(), newSigningKey()] as const

/** The server, and when it was asked. */
class KeyServer {
  json: unknown = null
  isAway = false
  readonly askedAtMs: number[] = []
  /** Answers wait for it. */
  held: Promise<unknown> = Promise.resolve()

  publish(...keys: readonly SigningKey[]): void {
    this.json = { keys: keys.map(publicJwk) }
  }

  async ask(): Promise<Answer> {
    this.askedAtMs.push(performance.now())
    // What the server knew when it was asked, however late the answer comes.
    const { json, isAway } = this
    await this.held
    if (isAway) throw new Refusal('unavailable')
    return { status: 200, json }
  }
}

let server: KeyServer
let keys: KeySet
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  server = new KeyServer()
  server.publish(a)
  keys = new KeySet({ server, now: () => performance.now() })
})
afterEach(() => void vi.useRealTimers())

const pass = async (seconds: number) => void (await vi.advanceTimersByTimeAsync(seconds * 1_000))

/** Whether the key is found, after as much time as that takes. */
async function finds({ kid }: SigningKey): Promise<boolean> {
  const found = keys.find(kid)
  const ended = found.then(
    () => true,
    () => true,
  )
  while (!(await Promise.race([ended, tick()]))) await vi.advanceTimersByTimeAsync(10)
  return (await found) !== null
}

/** Long enough for an import of a key, which takes real time. */
async function tick(): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve))
  return false
}

describe('the keys of the server', () => {
  it('are fetched once for many callers', async () => {
    expect(await Promise.all([finds(a), finds(a), finds(a)])).toEqual([true, true, true])
    await pass(44)
    expect(await finds(a)).toBe(true)
    expect(keys.isCurrent(a.kid)).toBe(true)
    expect(server.askedAtMs).toHaveLength(1)
  })

  it('are fetched again for a new key, also a moment after they were fetched', async () => {
    await finds(a)
    server.publish(a, b)
    await pass(0.1)
    expect(await finds(b)).toBe(true)
    expect(server.askedAtMs).toHaveLength(2)
  })

  it('are fetched again if the answer on its way may be older than the new key', async () => {
    let release: (value?: unknown) => void = () => undefined
    server.held = new Promise((resolve) => {
      release = resolve
    })
    const early = keys.find(b.kid)
    await pass(0.5)
    server.publish(a, b)
    const late = keys.find(b.kid)
    release()
    expect(await early).toBeNull()
    await pass(1)
    expect(await late).not.toBeNull()
  })

  it('are not fetched a second time if the answer on its way brings the key', async () => {
    let release: (value?: unknown) => void = () => undefined
    server.held = new Promise((resolve) => {
      release = resolve
    })
    const asked = [keys.find(a.kid)]
    await pass(0.5)
    asked.push(keys.find(a.kid))
    release()
    expect(await Promise.all(asked)).not.toContain(null)
    expect(server.askedAtMs).toHaveLength(1)
  })

  it('cost the server one request a second at most, whatever ids callers make up', async () => {
    await finds(a)
    const asked: Promise<unknown>[] = []
    for (let index = 0; index < 500; index++) {
      asked.push(keys.find(`made-up-${index}`))
      await pass(0.01)
      await tick()
    }
    for (let index = 0; index < 300; index++) {
      await pass(0.01)
      await tick()
    }
    expect((await Promise.all(asked)).every((found) => found === null)).toBe(true)
    const [, ...gaps] = server.askedAtMs.map((at, index, all) => at - (all[index - 1] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000)
    expect(server.askedAtMs.length).toBeLessThanOrEqual(8)
  })

  it('do not include a retired key any more after 60 seconds, even if no one calls meanwhile', async () => {
    server.publish(a, b)
    expect(await finds(b)).toBe(true)
    server.publish(a)
    await pass(60)
    expect(await finds(b)).toBe(false)
  })

  it('are fetched beside a request from 45 seconds on, so that it does not wait', async () => {
    await finds(a)
    server.held = new Promise(() => undefined)
    await pass(45)
    expect(keys.isCurrent(a.kid)).toBe(false)
    expect(await keys.find(a.kid)).not.toBeNull()
    expect(server.askedAtMs).toHaveLength(2)
  })

  it('stay valid while the server is away, and no request waits for it', async () => {
    await finds(a)
    server.isAway = true
    await pass(61)
    expect(await finds(a)).toBe(true)
    server.held = new Promise(() => undefined)
    await pass(3_600)
    expect(await keys.find(a.kid)).not.toBeNull()
  })

  it('say nothing of an unknown key while the server is away', async () => {
    await finds(a)
    server.isAway = true
    await pass(0.1)
    await expect(finds(b)).rejects.toMatchObject({ code: 'unavailable' })
    server.isAway = false
    server.publish(a, b)
    await pass(0.1)
    expect(await finds(b)).toBe(true)
  })

  it('are not empty because an answer makes no sense', async () => {
    await finds(a)
    for (const json of [null, [], {}, { keys: {} }, 'keys']) {
      server.json = json
      await pass(61)
      expect(await finds(a), JSON.stringify(json)).toBe(true)
      await expect(finds(b)).rejects.toMatchObject({ code: 'unavailable' })
    }
  })

  it('are only those that sign as Proxima signs, and that can be read', async () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({ format: 'jwk' })
    const good = publicJwk(a)
    server.json = {
      keys: [
        null,
        'key',
        { ...publicJwk(newSigningKey('RS256')), kid: 'rsa' },
        { ...other, kid: 'p-384' },
        { ...publicJwk(b), kid: 'encryption', use: 'enc' },
        { ...publicJwk(b), kid: 7 },
        { ...publicJwk(b), kid: 'unreadable', x: '' },
        good,
        { kty: 'EC', crv: 'P-256', x: publicJwk(c)['x'], y: publicJwk(c)['y'], kid: 'without-use' },
      ],
    }
    expect(await finds(a)).toBe(true)
    const found = await Promise.all(
      ['rsa', 'p-384', 'encryption', 'unreadable', 'without-use'].map(
        async (kid) => await finds({ ...a, kid }),
      ),
    )
    expect(found).toEqual([false, false, false, false, true])
  })
})
