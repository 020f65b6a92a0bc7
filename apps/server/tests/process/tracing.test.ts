/** @module-tag long */

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { endLeftovers, freshFolder, proxima, startProxima } from '../support/process.ts'

let folder: Awaited<ReturnType<typeof freshFolder>>
beforeAll(async () => {
  folder = await freshFolder()
})
afterEach(endLeftovers)
afterAll(async () => await folder.remove())

/** All but the one that prom-client needs too. */
const withoutPackages = `--import=data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module'
  registerHooks({
    resolve(specifier, context, next) {
      if (!/^@opentelemetry\\/(?!api$)/.test(specifier)) return next(specifier, context)
      throw Object.assign(new Error('not installed'), { code: 'ERR_MODULE_NOT_FOUND' })
    },
  })
`)}`

describe('a server without the SDK of OpenTelemetry', () => {
  it('works while tracing is off, because it does not load the SDK', async () => {
    const settings = { PROXIMA_DATA_DIR: folder.path, NODE_OPTIONS: withoutPackages }
    const { client, process } = await startProxima(settings, ['--json'])
    expect((await client.register({ username: 'amina' })).status).toBe(201)
    expect((await process.stop()).exitCode).toBe(0)
  })
})

it('a server refuses to start if the URL of the collector is invalid, and names the setting', async () => {
  const settings = { PROXIMA_DATA_DIR: folder.path, OTEL_EXPORTER_OTLP_ENDPOINT: 'localhost:4317' }
  const { exitCode, stderr } = await proxima(['start'], { settings })
  expect(exitCode).toBe(2)
  expect(stderr).toBe('OTEL_EXPORTER_OTLP_ENDPOINT must begin with https:// or http://.\n')
})
