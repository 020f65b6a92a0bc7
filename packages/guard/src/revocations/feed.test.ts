import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RevocationFeed } from './feed.ts'
import { KnownRevocations } from './known-revocations.ts'

const sessionId = '01a1fc40-74e8-7000-8000-000000000002'

/** One stream of the server. */
class Connection {
  readonly lastEventId: string | undefined
  readonly authorization: string | undefined
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null
  isCut = false
  readonly body: ReadableStream<Uint8Array>

  constructor({ headers, signal }: RequestInit) {
    const given = new Headers(headers)
    this.lastEventId = given.get('last-event-id') ?? undefined
    this.authorization = given.get('authorization') ?? undefined
    this.body = new ReadableStream({
      start: (controller) => {
        this.#controller = controller
      },
      cancel: () => {
        this.isCut = true
      },
    })
    signal?.addEventListener('abort', () => {
      this.isCut = true
      this.#controller?.error(signal.reason)
    })
  }

  async send(type: string, id: number, data: object = {}): Promise<void> {
    const text = `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`
    this.#controller?.enqueue(new TextEncoder().encode(text))
    await vi.advanceTimersByTimeAsync(0)
  }

  async end(): Promise<void> {
    this.#controller?.close()
    await vi.advanceTimersByTimeAsync(0)
  }
}

const sessionEvent = () => ({
  kind: 'session',
  session_id: sessionId,
  account_id: null,
  role: null,
  kid: null,
  revoked_at: new Date().toISOString(),
  expires_at: new Date(Date.now() + 900_000).toISOString(),
})

let known: KnownRevocations
let connections: Connection[]
let status: number
let warnings: string[]
let feeds: RevocationFeed[]
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] })
  known = new KnownRevocations()
  connections = []
  status = 200
  warnings = []
  feeds = []
})
afterEach(async () => {
  await Promise.all(feeds.map((feed) => feed.close()))
  vi.useRealTimers()
})

function follow(failMode: 'closed' | 'ttl' = 'closed'): RevocationFeed {
  const feed = new RevocationFeed({
    serverUrl: 'https://accounts.example.org',
    apiKey: 'pxk_key',
    known,
    failMode,
    failAfterMs: 60_000,
    logger: { warn: (message) => void warnings.push(message) },
    now: () => performance.now(),
    wallClock: () => Date.now(),
    fetch: async (_input, init = {}) => {
      if (status !== 200) return new Response('', { status })
      const connection = new Connection(init)
      connections.push(connection)
      return new Response(connection.body)
    },
  })
  feeds.push(feed)
  return feed
}

const pass = async (seconds: number) => void (await vi.advanceTimersByTimeAsync(seconds * 1_000))
const last = () => connections.at(-1) as Connection

/** A feed whose first stream is complete. */
async function followed(failMode?: 'closed' | 'ttl'): Promise<RevocationFeed> {
  const feed = follow(failMode)
  feed.start()
  await pass(0)
  await last().send('ready', 7)
  return feed
}

describe('the feed of revocations', () => {
  it('does not connect before it is needed', async () => {
    const feed = follow()
    await pass(10)
    expect(connections).toHaveLength(0)
    expect(feed.isCurrent()).toBe(false)
  })

  it('is current once everything from before is known', async () => {
    const feed = follow()
    let isReady = false
    const ready = feed.ready().then(() => {
      isReady = true
    })
    await pass(0)
    expect(last().authorization).toBe('Bearer pxk_key')
    expect(last().lastEventId).toBeUndefined()
    await last().send('revocation', 1, sessionEvent())
    await last().send('heartbeat', 1)
    expect([isReady, feed.isCurrent()]).toEqual([false, false])
    await last().send('ready', 1)
    expect([isReady, feed.isCurrent()]).toEqual([true, true])
    await ready
    expect(known.size).toBe(1)
  })

  it('continues after the last id when a stream ends, within a moment', async () => {
    const feed = await followed()
    await last().send('revocation', 8, sessionEvent())
    await last().end()
    await pass(0.1)
    expect(connections).toHaveLength(2)
    expect(last().lastEventId).toBe('8')
    expect(feed.isCurrent()).toBe(true)
    expect(warnings).toEqual([])
  })

  it('hears nothing in a stream that has not come to ready', async () => {
    const feed = await followed()
    await last().end()
    for (let second = 0; second < 61; second += 1) {
      await pass(1)
      await last().send('heartbeat', 7)
    }
    expect(feed.isCurrent()).toBe(false)
    await last().send('ready', 7)
    expect(feed.isCurrent()).toBe(true)
  })

  it('connects again if nothing comes for 12 seconds', async () => {
    await followed()
    await pass(11)
    await last().send('heartbeat', 7)
    await pass(11)
    expect(connections).toHaveLength(1)
    await pass(2)
    expect(connections).toHaveLength(2)
    expect(connections[0]?.isCut).toBe(true)
  })

  it('is current for the bound and no longer, if nothing arrives', async () => {
    const feed = await followed()
    status = 503
    await pass(60)
    expect(feed.isCurrent()).toBe(true)
    await pass(0.1)
    expect(feed.isCurrent()).toBe(false)
  })

  it('is not current after the machine has slept for longer than the bound', async () => {
    const feed = await followed()
    // The clock that only moves forward stood still.
    vi.setSystemTime(Date.now() + 60_001)
    expect(feed.isCurrent()).toBe(false)
  })

  it.each(['closed', 'ttl'] as const)(
    'A77: reads everything again when a clock that was ahead is set back, with failMode %s',
    async (failMode) => {
      const feed = await followed(failMode)
      const event = sessionEvent()
      const before = Date.now()
      vi.setSystemTime(before + 86_400_000)
      // By this clock, it has expired.
      await last().send('revocation', 8, event)
      expect(known.size).toBe(0)
      vi.setSystemTime(before)
      expect(feed.isCurrent()).toBe(failMode === 'ttl')
      await last().send('heartbeat', 8)
      await pass(0.1)
      expect(connections).toHaveLength(2)
      expect(last().lastEventId).toBeUndefined()
      await last().send('revocation', 8, event)
      await last().send('ready', 8)
      expect([feed.isCurrent(), known.size]).toEqual([true, 1])
    },
  )

  it('A77: reads everything again if the clock was set back while there was no stream', async () => {
    await followed()
    const before = Date.now()
    vi.setSystemTime(before + 86_400_000)
    await last().send('heartbeat', 7)
    await last().end()
    vi.setSystemTime(before)
    await pass(0.1)
    expect(last().lastEventId).toBeUndefined()
  })

  it('continues after its last id if clocks differ a little', async () => {
    const feed = await followed()
    vi.setSystemTime(Date.now() - 4_000)
    expect(feed.isCurrent()).toBe(true)
    await last().end()
    await pass(0.1)
    expect(last().lastEventId).toBe('7')
  })

  it('does not stop tokens with failMode ttl', async () => {
    const feed = await followed('ttl')
    status = 503
    await pass(3_600)
    expect(feed.isCurrent()).toBe(true)
  })

  it('lets the first requests wait for some seconds only', async () => {
    const feed = follow('ttl')
    let isReady = false
    const ready = feed.ready().then(() => {
      isReady = true
    })
    await pass(4.9)
    expect([isReady, feed.isCurrent()]).toEqual([false, false])
    await pass(0.2)
    expect([isReady, feed.isCurrent()]).toEqual([true, true])
    await ready
  })

  it('tries again, later each time, and reports it once', async () => {
    status = 503
    const feed = follow()
    await feed.ready()
    await pass(60)
    status = 200
    await pass(5)
    await last().send('ready', 1)
    expect(feed.isCurrent()).toBe(true)
    expect(warnings).toEqual([
      'Revocations from https://accounts.example.org do not arrive: status 503. Until they do, requests get 503.',
      'Revocations from https://accounts.example.org arrive again.',
    ])
  })

  it('says which permission its key needs', async () => {
    status = 403
    await follow().ready()
    expect(warnings[0]).toContain('tokens:introspect')
  })

  it('gets an event again that it could not store', async () => {
    await followed()
    await last().send('revocation', 8, { ...sessionEvent(), session_id: 'no id' })
    await pass(1)
    expect(last().lastEventId).toBe('7')
    await last().send('revocation', 8, sessionEvent())
    expect(known.size).toBe(1)
  })

  it('reports once that there is a kind of revocation that it does not know, and continues', async () => {
    const feed = await followed()
    for (const id of [8, 9]) await last().send('revocation', id, { ...sessionEvent(), kind: 'device' })
    await last().send('revocation', 10, sessionEvent())
    expect(warnings).toHaveLength(1)
    expect(known.size).toBe(1)
    expect(feed.isCurrent()).toBe(true)
  })

  it('ends its connection when it closes, and no request waits for it', async () => {
    const feed = follow()
    const ready = feed.ready()
    await pass(0)
    await feed.close()
    await ready
    expect(last().isCut).toBe(true)
    await pass(60)
    expect(connections).toHaveLength(1)
  })
})
