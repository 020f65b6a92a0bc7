import { afterEach, describe, expect, it, vi } from 'vitest'
import { createProxima, type Proxima, ProximaError } from '../src/index.ts'
import { type Recorder, recorder } from './support/recorder.ts'

const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  Response.json({ status, code, detail: `This is ${code}.` }, { status, headers })
const overloaded = (retryAfter?: string) =>
  problem(503, 'overloaded', retryAfter === undefined ? {} : { 'retry-after': retryAfter })
const limited = (retryAfter: string) => problem(429, 'rate_limited', { 'retry-after': retryAfter })
const good = () => Response.json({ id: 'x', data: [], next_cursor: null })
const lost = () => Promise.reject(new TypeError('fetch failed'))

type Script = readonly (() => Response | Promise<Response>)[]

/** A client of a server that answers as the script says, and then repeats the last answer. */
function clientOf(script: Script): { proxima: Proxima; sent: Recorder } {
  const sent: Recorder = recorder(async () => {
    const answer = script[Math.min(sent.requests.length, script.length) - 1]
    return (await answer?.()) ?? good()
  })
  const url = 'https://accounts.example.org/'
  return { sent, proxima: createProxima({ url, fetch: sent.fetch, apiKey: 'pxk_any' }) }
}

afterEach(() => void vi.useRealTimers())

/** Lets the call wait as long as it wants. @returns its result, and how long it has waited */
async function settle(call: () => Promise<unknown>): Promise<{ result: unknown; waitedSeconds: number }> {
  vi.useFakeTimers()
  const start = Date.now()
  let waitedSeconds = 0
  const result = call()
    .catch((error: unknown) => error)
    .finally(() => {
      waitedSeconds = (Date.now() - start) / 1_000
    })
  await vi.advanceTimersByTimeAsync(120_000)
  return { result: await result, waitedSeconds }
}

describe('a call that the server could not answer', () => {
  it.each([
    ['503', [() => overloaded('2')], 2],
    ['429', [() => limited('7')], 7],
    ['503 without Retry-After', [() => overloaded()], 0.3],
    ['no answer', [lost], 0.3],
  ] as const)('is repeated after the time that the server names: %s', async (_, failures, seconds) => {
    const { proxima, sent } = clientOf([...failures, good])
    const { result, waitedSeconds } = await settle(() => proxima.me.get())
    expect(result).toMatchObject({ id: 'x' })
    expect(sent.requests).toHaveLength(2)
    expect(waitedSeconds).toBeGreaterThanOrEqual(seconds)
    // Up to a third of a second more, so that many clients do not come back at once.
    expect(waitedSeconds).toBeLessThan(seconds + 0.35)
  })

  it('is tried three times, and then fails with the reason', async () => {
    const { proxima, sent } = clientOf([() => overloaded('1')])
    const { result } = await settle(() => proxima.me.get())
    expect(result).toBeInstanceOf(ProximaError)
    expect(result).toMatchObject({ code: 'overloaded', status: 503, retryAfterSeconds: 1 })
    expect(sent.requests).toHaveLength(3)
  })

  it('fails at once if the wait would be long, and says how long it is', async () => {
    const { proxima, sent } = clientOf([() => limited('3600')])
    const { result, waitedSeconds } = await settle(() => proxima.me.get())
    expect(result).toMatchObject({ code: 'rate_limited', retryAfterSeconds: 3600 })
    expect([sent.requests.length, waitedSeconds]).toEqual([1, 0])
  })

  it('has the same idempotency key each time, which another call does not have', async () => {
    const { proxima, sent } = clientOf([lost, () => overloaded('1'), good])
    await settle(() => proxima.roles.create({ name: 'support', permissions: [] }))
    await settle(() => proxima.roles.create({ name: 'sales', permissions: [] }))
    const keys = sent.requests.map(({ headers }) => headers.get('idempotency-key'))
    expect(keys).toHaveLength(4)
    expect(new Set(keys.slice(0, 3)).size).toBe(1)
    expect(keys[3]).not.toBe(keys[0])
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/)
  })

  it('is not repeated if it would be done twice', async () => {
    const calls: ((proxima: Proxima) => Promise<unknown>)[] = [
      ({ auth }) => auth.requestRecovery({ identifier: 'amina' }),
      ({ me }) => me.changePassword({ new_password: 'secret' }),
      ({ me }) => me.sessions.endOthers(),
      ({ roles }) => roles.create({ name: 'support', permissions: [] }, { idempotencyKey: null }),
    ]
    for (const call of calls) {
      const { proxima, sent } = clientOf([() => overloaded('1'), good])
      expect((await settle(() => call(proxima))).result, String(call)).toMatchObject({ code: 'overloaded' })
      expect(sent.requests).toHaveLength(1)
    }
  })

  it('is not repeated if there is no source of random numbers for its key', async () => {
    vi.stubGlobal('crypto', undefined)
    try {
      const { proxima, sent } = clientOf([() => overloaded('1'), good])
      const create = () => proxima.roles.create({ name: 'support', permissions: [] })
      expect((await settle(create)).result).toMatchObject({ code: 'overloaded' })
      expect(sent.requests.map(({ headers }) => headers.has('idempotency-key'))).toEqual([false])
    } finally {
      vi.unstubAllGlobals()
    }
  })

  it.each([
    ['a refusal', () => problem(403, 'forbidden'), 'forbidden'],
    ['a fault of the server', () => problem(500, 'internal_error'), 'internal_error'],
    ['the page of a proxy', () => new Response('<h1>Bad Gateway</h1>', { status: 502 }), 'unexpected_answer'],
    ['JSON of something else', () => Response.json({ detail: 'x' }, { status: 404 }), 'unexpected_answer'],
    ['a page with status 200', () => new Response('<h1>Welcome</h1>'), 'unexpected_answer'],
  ])('is not repeated after %s', async (_, answer, code) => {
    const { proxima, sent } = clientOf([answer])
    expect((await settle(() => proxima.me.get())).result).toMatchObject({ code })
    expect(sent.requests).toHaveLength(1)
  })
})

/** An answer that never comes. */
const never: Script = [() => new Promise(() => undefined)]

describe('a call that takes long', () => {
  /** Like fetch, which rejects as soon as its signal says so. */
  function hanging(): Recorder {
    return recorder(
      (_, { signal }) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    )
  }
  const clientWith = ({ fetch }: Recorder) =>
    createProxima({ url: 'https://accounts.example.org', fetch, apiKey: 'pxk_any' })

  it('ends after thirty seconds, or after the time that the program gives', async () => {
    const proxima = clientWith(hanging())
    const { result, waitedSeconds } = await settle(() => proxima.me.get())
    expect([result, waitedSeconds]).toEqual([expect.objectContaining({ code: 'timeout', status: 0 }), 30])
    const short = await settle(() => proxima.me.get({ timeoutMs: 500 }))
    expect(short.waitedSeconds).toBe(0.5)
  })

  it('ends when its signal says so: before it, in it, or while it waits', async () => {
    const reason = new Error('the page was closed')
    const before = hanging()
    await expect(clientWith(before).me.get({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
    expect(before.requests).toEqual([])
    for (const script of [never, [() => overloaded('20')]]) {
      const controller = new AbortController()
      const { proxima, sent } =
        script === never ? { proxima: clientWith(hanging()), sent: null } : clientOf(script)
      setTimeout(() => controller.abort(reason), 50)
      await expect(proxima.me.get({ signal: controller.signal })).rejects.toBe(reason)
      if (sent !== null) expect(sent.requests).toHaveLength(1)
    }
  })
})
