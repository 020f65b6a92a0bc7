import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import { defaultTimeouts } from '../../src/platform/http/timeouts.ts'
import { guideBlock, repository } from '../support/guide-blocks.ts'

const nginx = guideBlock('production.md#nginx nginx')
const caddy = guideBlock('production.md#caddy caddy')
const haproxy = guideBlock('scaling.md#the-load-balancer haproxy')
const { pictureSizeMaxBytes, bodySizeMaxBytes } = loadConfig({})
const mib = 1_048_576

/** The number behind the words, such as 30 for `client_body_timeout 30s`. */
function numberIn(block: string, words: string): number {
  const [, digits] = new RegExp(`${words} (\\d+)`).exec(block) ?? []
  expect(digits, words).toBeDefined()
  return Number(digits)
}

// A limit that several layers state must be the same in all of them, or larger in each layer further out: only the
// server answers with a problem that says what is wrong.
describe('a limit that the server and a guide both state', () => {
  it('lets the largest picture, in a form, through nginx', () => {
    const largest = Math.max(pictureSizeMaxBytes, bodySizeMaxBytes)
    expect(numberIn(nginx, 'client_max_body_size') * mib).toBeGreaterThan(largest + 65_536)
  })

  it('is the documented size of a picture', () => {
    const guide = readFileSync(join(repository, 'docs/guides/profile.md'), 'utf8')
    expect(numberIn(guide, 'up to') * mib).toBe(pictureSizeMaxBytes)
  })

  it('lets each proxy close an idle connection before the server does', () => {
    const keepAliveSeconds = defaultTimeouts.keepAlive / 1_000
    // Otherwise the proxy may send a call on a connection that the server is just closing, and the caller gets an error.
    const nginxDefaultSeconds = 60
    expect(nginx).not.toContain('keepalive_timeout')
    for (const seconds of [nginxDefaultSeconds, numberIn(caddy, 'keepalive')])
      expect(seconds).toBeLessThan(keepAliveSeconds)
  })

  it('lets the server, and not a proxy, end a body that stands still', () => {
    const silenceSeconds = defaultTimeouts.body.standstillMs / 1_000
    const proxies = [numberIn(nginx, 'client_body_timeout'), numberIn(haproxy, 'timeout client')]
    for (const seconds of proxies) expect(seconds).toBeGreaterThanOrEqual(silenceSeconds)
  })
})
