import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FrozenClock } from '../../tests/support/frozen-clock.ts'
import { createLogger } from '../platform/http/logging.ts'
import { HeartbeatJob } from './heartbeat-job.ts'

const lines: string[] = []
const sink = new Writable({
  write(chunk: Buffer, _encoding, done) {
    lines.push(chunk.toString())
    done()
  },
})

describe('the heartbeat of a server', () => {
  const servers = { report: vi.fn(async () => undefined), leave: vi.fn(async () => undefined) }
  let isPrepared: boolean
  let job: HeartbeatJob
  beforeEach(() => {
    lines.length = 0
    vi.clearAllMocks()
    isPrepared = true
    job = new HeartbeatJob({
      servers,
      secretIds: ['aaaaaaaaaaa', 'bbbbbbbbbbb'],
      publicUrl: 'https://accounts.example.org',
      isPrepared: () => isPrepared,
      clock: new FrozenClock(),
      logger: createLogger({ level: 'info', format: 'json' }, sink),
    })
  })
  afterEach(async () => await job.stop())

  it('reports the server before it answers calls, and deletes the row at the end', async () => {
    await job.start()
    expect(servers.report).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({
        secretIds: ['aaaaaaaaaaa', 'bbbbbbbbbbb'],
        publicUrl: 'https://accounts.example.org',
      }),
    )
    await job.stop()
    expect(servers.leave).toHaveBeenCalledOnce()
  })

  it('writes nothing before the database has its tables', async () => {
    isPrepared = false
    await job.start()
    await job.stop()
    expect(servers.report).not.toHaveBeenCalled()
    expect(servers.leave).not.toHaveBeenCalled()
  })

  it('does not keep a server from starting or stopping if the database fails', async () => {
    servers.report.mockRejectedValueOnce(new Error('down'))
    await job.start()
    await job.stop()
    await expect.poll(() => lines.join('')).toContain('could not record that this server runs')
  })
})
