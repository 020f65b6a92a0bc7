import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadConfig } from '../../src/platform/config/load-config.ts'
import { restMaxBytes } from '../../src/platform/http/drop-rest.ts'
import { formOverheadMaxBytes } from '../../src/platform/http/image-body.ts'
import { defaultTimeouts } from '../../src/platform/http/timeouts.ts'
import { sqlite } from '../support/engines.ts'
import { guideBlock, repository } from '../support/guide-blocks.ts'
import { openApiCheckOf } from '../support/openapi-check.ts'
import { operationsOf } from '../support/openapi-document.ts'
import { startTestServer, type TestServer } from '../support/test-server.ts'

const guide = (name: string) => readFileSync(join(repository, `docs/guides/${name}.md`), 'utf8')
const mib = 1_048_576

/** Every value of a setting in the samples of a guide, in bytes or milliseconds. */
function valuesOf(name: string, setting: string): number[] {
  const units: Readonly<Record<string, number>> = { k: 1_024, m: mib, s: 1_000 }
  const lines = guide(name).matchAll(new RegExp(`^\\s*${setting} (\\d+)([kms]);?$`, 'gm'))
  const values = [...lines].map(([, number, unit = '']) => Number(number) * (units[unit] ?? Number.NaN))
  expect(values.length, setting).toBeGreaterThan(0)
  return values
}

/**
 * A limit that several layers state must be the same in all of them, or larger in each layer further out: only the server
 * answers with a problem that says what is wrong.
 */
describe('the limits that the guides, the document and the server state', () => {
  let server: TestServer
  let largestBody: number
  beforeAll(async () => {
    server = await startTestServer(sqlite)
    const { document } = await openApiCheckOf(server.url)
    const limits = operationsOf(document).flatMap(({ requestBody, ...operation }) => {
      const { 'x-body-size-max-bytes': limit } = operation as { 'x-body-size-max-bytes'?: number }
      expect(limit !== undefined, operation.operationId).toBe(requestBody !== undefined)
      return limit ?? []
    })
    largestBody = Math.max(...limits)
    const { bodySizeMaxBytes, pictureSizeMaxBytes } = loadConfig({})
    expect(new Set(limits)).toEqual(new Set([bodySizeMaxBytes, pictureSizeMaxBytes + formOverheadMaxBytes]))
  })
  afterAll(async () => await server?.close())

  it('let the largest body through every proxy', () => {
    for (const bytes of valuesOf('production', 'client_max_body_size'))
      expect(bytes).toBeGreaterThanOrEqual(largestBody)
  })

  it('let every client read its answer that sends a whole body', () => {
    expect(restMaxBytes).toBeGreaterThanOrEqual(2 * largestBody)
  })

  it('give a slow client as much time at every proxy as at the server', () => {
    const { body, headers } = defaultTimeouts
    for (const ms of valuesOf('production', 'client_body_timeout'))
      expect(ms).toBeGreaterThanOrEqual(body.standstillMs)
    for (const ms of valuesOf('scaling', 'timeout client'))
      expect(ms).toBeGreaterThanOrEqual(body.standstillMs)
    for (const ms of valuesOf('scaling', 'timeout http-request')) expect(ms).toBe(headers)
  })

  // Otherwise the proxy may send a call on a connection that the server is just closing, and the caller gets an error.
  it('let every proxy close an idle connection before the server does', () => {
    const nginxDefaultMs = 60_000
    expect(guideBlock('production.md#nginx nginx')).not.toContain('keepalive_timeout')
    const haproxyMs = valuesOf('scaling', 'timeout http-keep-alive')
    for (const ms of [nginxDefaultMs, ...valuesOf('production', 'keepalive'), ...haproxyMs])
      expect(ms).toBeLessThan(defaultTimeouts.keepAlive)
  })

  it('state the same size of a picture', () => {
    const [, size] = /up to (\d+) MiB/.exec(guide('profile')) ?? []
    expect(Number(size) * mib).toBe(loadConfig({}).pictureSizeMaxBytes)
  })
})
